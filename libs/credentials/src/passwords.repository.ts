import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import { resetFailures } from '@app/limits';
import { resetDevices } from '@app/sessions';
import { type AccessValidFrom, readAccessValidFrom, type SecondFactor, type UserId, type UserStatus } from '@app/users';

/** What signing in needs to know of an account, in one read. */
export interface PasswordAccount {
  readonly userId: UserId;
  readonly status: UserStatus;
  readonly email: string;
  /** Whether it is known to be theirs: without that nobody signs in. */
  readonly verified: boolean;
  readonly username: string | null;
  readonly hash: string | null;
  readonly mustChange: boolean;
  readonly secondFactors: readonly SecondFactor[];
  readonly accessValidFrom: AccessValidFrom;
}

@Injectable()
export class PasswordsRepository {
  constructor(private readonly database: Database) {}

  async findByUserId(userId: UserId, sql: Sql = this.database): Promise<PasswordAccount | undefined> {
    const [row] = await sql.run<PasswordAccount>(findByUserId, [userId]);
    return row;
  }

  /** Counts no failure of the one before any more: not its own, those of known devices, nor what `counters` hold. */
  async set(tx: Tx, userId: UserId, hash: string, mustChange: boolean, counters: readonly Buffer[]): Promise<void> {
    await tx.run(setPassword, [userId, hash, mustChange, counters]);
  }

  /** Replaces a hash by one of the same password; does nothing where the password was changed meanwhile. */
  async rehash(userId: UserId, from: string, to: string): Promise<void> {
    await this.database.run(rehashPassword, [userId, from, to]);
  }

  /** Good for nothing until a new one is set. @returns false where it was disabled already, or there is none. */
  async disable(tx: Tx, userId: UserId): Promise<boolean> {
    return (await tx.run(disablePassword, [userId])).length > 0;
  }

  async delete(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(deletePassword, [userId]);
  }
}

const findByUserId = {
  name: 'credentials.find_by_id',
  text: `SELECT u.id AS "userId", u.status, u.email, u.username, p.hash, coalesce(p.must_change, false) AS "mustChange",
           u.second_factors AS "secondFactors", ${readAccessValidFrom('u')} AS "accessValidFrom",
           u.email_verified_at IS NOT NULL AS verified
         FROM users u LEFT JOIN password_credentials p ON p.user_id = u.id WHERE u.id = $1 AND u.status <> 'deleted'`,
};
const setPassword = {
  name: 'credentials.set_password',
  text: `WITH counters AS (${resetFailures('$4')}), devices AS (${resetDevices('$1')})
         INSERT INTO password_credentials (user_id, hash, must_change) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET hash = $2, must_change = $3, changed_at = app_now(), failures = 0,
           disabled_at = NULL`,
};
const rehashPassword = {
  name: 'credentials.rehash_password',
  text: 'UPDATE password_credentials SET hash = $3 WHERE user_id = $1 AND hash = $2',
};
const disablePassword = {
  name: 'credentials.disable_password',
  text: `UPDATE password_credentials SET disabled_at = app_now() WHERE user_id = $1 AND disabled_at IS NULL
         RETURNING user_id`,
};
const deletePassword = {
  name: 'credentials.delete_password',
  text: 'DELETE FROM password_credentials WHERE user_id = $1',
};
