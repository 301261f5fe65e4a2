import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';

export interface StoredPassword {
  readonly userId: UserId;
  readonly hash: string;
  readonly mustChange: boolean;
}

/** Passwords by the hundred, for imports and exports. */
@Injectable()
export class BulkPasswords {
  constructor(private readonly database: Database) {}

  /** For accounts that have none. */
  async insert(tx: Tx, passwords: readonly StoredPassword[]): Promise<void> {
    if (passwords.length === 0) return;
    await tx.run(insertPasswords, [
      passwords.map(({ userId }) => userId),
      passwords.map(({ hash }) => hash),
      passwords.map(({ mustChange }) => mustChange),
    ]);
  }

  async find(userIds: readonly UserId[]): Promise<readonly StoredPassword[]> {
    return this.database.run<StoredPassword>(findPasswords, [userIds]);
  }
}

const insertPasswords = {
  name: 'credentials.insert_passwords',
  text: `INSERT INTO password_credentials (user_id, hash, must_change)
         SELECT * FROM unnest($1::bigint[], $2::varchar[], $3::boolean[])`,
};
const findPasswords = {
  name: 'credentials.find_passwords',
  text: `SELECT user_id AS "userId", hash, must_change AS "mustChange" FROM password_credentials
         WHERE user_id = ANY ($1::bigint[])`,
};
