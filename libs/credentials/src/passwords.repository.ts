import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { SecondFactor, UserId, UserStatus } from '@app/users';

/** What signing in needs to know of an account, in one read. */
export interface PasswordAccount {
  readonly userId: UserId;
  readonly status: UserStatus;
  readonly email: string;
  readonly username: string | null;
  readonly hash: string | null;
  readonly mustChange: boolean;
  readonly secondFactors: readonly SecondFactor[];
}

@Injectable()
export class PasswordsRepository {
  constructor(private readonly database: Database) {}

  async findByEmail(emailKey: string): Promise<PasswordAccount | undefined> {
    return this.one(this.database, findByEmail, emailKey);
  }

  async findByUsername(usernameKey: string): Promise<PasswordAccount | undefined> {
    return this.one(this.database, findByUsername, usernameKey);
  }

  async findByUserId(userId: UserId, sql: Sql = this.database): Promise<PasswordAccount | undefined> {
    return this.one(sql, findByUserId, userId);
  }

  async set(tx: Tx, userId: UserId, hash: string, mustChange: boolean): Promise<void> {
    await tx.run(setPassword, [userId, hash, mustChange]);
  }

  /** Replaces a hash by one of the same password; does nothing where the password was changed meanwhile. */
  async rehash(userId: UserId, from: string, to: string): Promise<void> {
    await this.database.run(rehashPassword, [userId, from, to]);
  }

  async delete(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(deletePassword, [userId]);
  }

  private async one(
    sql: Sql,
    statement: { name: string; text: string },
    key: string,
  ): Promise<PasswordAccount | undefined> {
    const [row] = await sql.run<PasswordAccount>(statement, [key]);
    return row;
  }
}

const find = (by: string): { name: string; text: string } => ({
  name: `credentials.find_by_${by}`,
  text: `SELECT u.id AS "userId", u.status, u.email, u.username, p.hash, coalesce(p.must_change, false) AS "mustChange",
           u.second_factors AS "secondFactors"
         FROM users u LEFT JOIN password_credentials p ON p.user_id = u.id WHERE u.${by} = $1 AND u.status <> 'deleted'`,
});
const findByEmail = find('email_key');
const findByUsername = find('username_key');
const findByUserId = find('id');
const setPassword = {
  name: 'credentials.set_password',
  text: `INSERT INTO password_credentials (user_id, hash, must_change) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET hash = $2, must_change = $3, changed_at = app_now()`,
};
const rehashPassword = {
  name: 'credentials.rehash_password',
  text: 'UPDATE password_credentials SET hash = $3 WHERE user_id = $1 AND hash = $2',
};
const deletePassword = {
  name: 'credentials.delete_password',
  text: 'DELETE FROM password_credentials WHERE user_id = $1',
};
