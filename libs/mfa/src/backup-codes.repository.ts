import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** How many codes an account was given, and how many of them it has left. */
export interface BackupCodesStatus {
  readonly total: number;
  readonly remaining: number;
  readonly createdAt: Date | null;
}

@Injectable()
export class BackupCodesRepository {
  constructor(private readonly database: Database) {}

  async status(userId: UserId, sql: Sql = this.database): Promise<BackupCodesStatus> {
    const [row] = await sql.run<BackupCodesStatus>(readStatus, [userId]);
    return row ?? { total: 0, remaining: 0, createdAt: null };
  }

  /** The hash of an unused code. */
  async findHash(userId: UserId, selector: string): Promise<string | undefined> {
    const [row] = await this.database.run<{ hash: string }>(findHash, [userId, selector]);
    return row?.hash;
  }

  /** Takes the place of all codes of the account. */
  async replace(tx: Tx, userId: UserId, codes: readonly { selector: string; hash: string }[]): Promise<void> {
    await this.removeAll(tx, userId);
    await tx.run(insertCodes, [userId, codes.map(({ selector }) => selector), codes.map(({ hash }) => hash)]);
  }

  /** @returns false where somebody else was first. */
  async consume(tx: Tx, userId: UserId, selector: string, hash: string): Promise<boolean> {
    return (await tx.run(consumeCode, [userId, selector, hash])).length > 0;
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(removeCodes, [userId]);
  }
}

const readStatus = {
  name: 'mfa.read_backup_codes',
  text: `SELECT count(*)::int AS total, (count(*) FILTER (WHERE used_at IS NULL))::int AS remaining,
           min(created_at) AS "createdAt"
         FROM backup_codes WHERE user_id = $1`,
};
const findHash = {
  name: 'mfa.find_backup_code',
  text: 'SELECT hash FROM backup_codes WHERE user_id = $1 AND selector = $2 AND used_at IS NULL',
};
const insertCodes = {
  name: 'mfa.insert_backup_codes',
  text: `INSERT INTO backup_codes (user_id, selector, hash)
         SELECT $1, code.selector, code.hash FROM unnest($2::varchar[], $3::varchar[]) AS code (selector, hash)`,
};
/*
 * The account first, as where codes are made and removed, so that nobody waits in a circle. The hash too: new codes
 * may have come meanwhile, one of them with the same selector.
 */
const consumeCode = {
  name: 'mfa.consume_backup_code',
  text: `WITH owner AS MATERIALIZED (SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE)
         UPDATE backup_codes SET used_at = app_now()
         WHERE user_id = (SELECT id FROM owner) AND selector = $2 AND hash = $3 AND used_at IS NULL
         RETURNING selector`,
};
const removeCodes = {
  name: 'mfa.remove_backup_codes',
  text: 'DELETE FROM backup_codes WHERE user_id = $1',
};
