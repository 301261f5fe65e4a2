import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** Times are ISO 8601. */
export interface NewTotpRow {
  readonly id: string;
  readonly userId: UserId;
  readonly sealedSecret: Buffer;
  readonly since: string | null;
}

export interface TotpRow {
  readonly id: string;
  readonly userId: UserId;
  readonly sealedSecret: Buffer;
  readonly since: Date;
}

export interface NewBackupCodeRow {
  readonly userId: UserId;
  readonly selector: string;
  readonly hash: string;
  readonly createdAt: string | null;
  readonly usedAt: string | null;
}

export interface BackupCodeRow extends Omit<NewBackupCodeRow, 'createdAt' | 'usedAt'> {
  readonly createdAt: Date;
  readonly usedAt: Date | null;
}

/** Rows of second factors by the hundred. */
@Injectable()
export class BulkFactorsRepository {
  constructor(private readonly database: Database) {}

  async insertTotp(tx: Tx, rows: readonly NewTotpRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.run(insertTotp, [
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ sealedSecret }) => sealedSecret),
      rows.map(({ since }) => since),
    ]);
  }

  async insertBackupCodes(tx: Tx, rows: readonly NewBackupCodeRow[]): Promise<void> {
    if (rows.length > 0) await tx.run(insertBackupCodes, [JSON.stringify(rows)]);
  }

  async findTotp(userIds: readonly UserId[]): Promise<readonly TotpRow[]> {
    return this.database.run<TotpRow>(findTotp, [userIds]);
  }

  async findBackupCodes(userIds: readonly UserId[]): Promise<readonly BackupCodeRow[]> {
    return this.database.run<BackupCodeRow>(findBackupCodes, [userIds]);
  }
}

const insertTotp = {
  name: 'mfa.insert_totp_of_many',
  text: `INSERT INTO totp_factors (id, user_id, sealed_secret, confirmed_at)
         SELECT id, user_id, sealed_secret, coalesce(since, app_now())
         FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::timestamptz[]) AS given (id, user_id, sealed_secret, since)`,
};
const insertBackupCodes = {
  name: 'mfa.insert_backup_codes_of_many',
  text: `INSERT INTO backup_codes (user_id, selector, hash, created_at, used_at)
         SELECT "userId", selector, hash, coalesce("createdAt", app_now()), "usedAt"
         FROM jsonb_to_recordset($1::jsonb) AS given ("userId" bigint, selector text, hash text,
           "createdAt" timestamptz, "usedAt" timestamptz)`,
};
const findTotp = {
  name: 'mfa.find_totp_of_many',
  text: `SELECT id, user_id AS "userId", sealed_secret AS "sealedSecret", confirmed_at AS since
         FROM totp_factors WHERE user_id = ANY ($1::bigint[]) AND confirmed_at IS NOT NULL`,
};
const findBackupCodes = {
  name: 'mfa.find_backup_codes_of_many',
  text: `SELECT user_id AS "userId", selector, hash, created_at AS "createdAt", used_at AS "usedAt"
         FROM backup_codes WHERE user_id = ANY ($1::bigint[]) ORDER BY selector`,
};
