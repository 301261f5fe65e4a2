import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** A password that comes from elsewhere. Times are ISO 8601. */
export interface BulkPassword {
  readonly userId: UserId;
  readonly hash: string;
  readonly mustChange: boolean;
  /** Now, where it is unknown. Never later than now. */
  readonly changedAt: string | undefined;
  /** Set: good for nothing until a reset by e-mail. */
  readonly disabledAt: string | undefined;
}

/** A password as it leaves. */
export interface StoredPassword {
  readonly userId: UserId;
  readonly hash: string;
  readonly mustChange: boolean;
  readonly changedAt: Date;
  readonly disabledAt: Date | null;
}

/** Passwords by the hundred, for imports and exports. */
@Injectable()
export class BulkPasswords {
  constructor(private readonly database: Database) {}

  /** For accounts that have none. */
  async insert(tx: Tx, passwords: readonly BulkPassword[]): Promise<void> {
    if (passwords.length > 0) await tx.run(insertPasswords, [JSON.stringify(passwords)]);
  }

  async find(userIds: readonly UserId[]): Promise<readonly StoredPassword[]> {
    return this.database.run<StoredPassword>(findPasswords, [userIds]);
  }
}

const insertPasswords = {
  name: 'credentials.insert_passwords',
  text: `INSERT INTO password_credentials (user_id, hash, must_change, changed_at, disabled_at)
         SELECT "userId", hash, "mustChange", least("changedAt", app_now()), "disabledAt"
         FROM jsonb_to_recordset($1::jsonb) AS given ("userId" bigint, hash text, "mustChange" boolean,
           "changedAt" timestamptz, "disabledAt" timestamptz)`,
};
const findPasswords = {
  name: 'credentials.find_passwords',
  text: `SELECT user_id AS "userId", hash, must_change AS "mustChange", changed_at AS "changedAt",
           disabled_at AS "disabledAt"
         FROM password_credentials WHERE user_id = ANY ($1::bigint[])`,
};
