import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** What a passkey is, in the letters of JSON: bytes are base64url, times ISO 8601. */
export interface PasskeyRecord {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly aaguid: string;
  readonly backedUp: boolean;
  readonly createdAt: string | null;
  readonly lastUsedAt: string | null;
  readonly suspendedAt: string | null;
}

interface Row extends Omit<PasskeyRecord, 'credentialId' | 'publicKey' | 'createdAt' | 'lastUsedAt' | 'suspendedAt'> {
  readonly userId: UserId;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly suspendedAt: Date | null;
}

/** Passkeys by the hundred, for imports and exports. */
@Injectable()
export class BulkPasskeys {
  constructor(private readonly database: Database) {}

  /** Which of these credentials (base64url) some account has already. */
  async findTaken(credentialIds: readonly string[], sql: Sql = this.database): Promise<readonly string[]> {
    if (credentialIds.length === 0) return [];
    const rows = await sql.run<{ credentialId: Buffer }>(findTaken, [credentialIds.map(bytesOf)]);
    return rows.map(({ credentialId }) => credentialId.toString('base64url'));
  }

  async insert(tx: Tx, passkeys: readonly (PasskeyRecord & { readonly userId: UserId })[]): Promise<void> {
    if (passkeys.length === 0) return;
    const rows = passkeys.map(({ credentialId, publicKey, ...others }) => ({
      ...others,
      id: randomUUID(),
      credentialId: bytesOf(credentialId).toString('hex'),
      publicKey: bytesOf(publicKey).toString('hex'),
    }));
    await tx.run(insertPasskeys, [JSON.stringify(rows)]);
  }

  /** In the order in which they were made. */
  async find(userIds: readonly UserId[]): Promise<readonly (PasskeyRecord & { readonly userId: UserId })[]> {
    const rows = await this.database.run<Row>(findPasskeys, [userIds]);
    return rows.map(({ credentialId, publicKey, createdAt, lastUsedAt, suspendedAt, ...others }) => ({
      ...others,
      credentialId: credentialId.toString('base64url'),
      publicKey: publicKey.toString('base64url'),
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      suspendedAt: suspendedAt?.toISOString() ?? null,
    }));
  }
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

const findTaken = {
  name: 'credentials.find_taken_passkeys',
  text: 'SELECT credential_id AS "credentialId" FROM passkeys WHERE credential_id = ANY ($1::bytea[])',
};
const insertPasskeys = {
  name: 'credentials.insert_passkeys',
  text: `INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, name, aaguid, backed_up,
           created_at, last_used_at, suspended_at)
         SELECT id, "userId", decode("credentialId", 'hex'), decode("publicKey", 'hex'), "signCount", transports, name,
           aaguid, "backedUp", coalesce("createdAt", app_now()), "lastUsedAt", "suspendedAt"
         FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, "userId" bigint, "credentialId" text, "publicKey" text,
           "signCount" bigint, transports varchar[], name text, aaguid uuid, "backedUp" boolean,
           "createdAt" timestamptz, "lastUsedAt" timestamptz, "suspendedAt" timestamptz)`,
};
const findPasskeys = {
  name: 'credentials.find_passkeys_of_many',
  text: `SELECT user_id AS "userId", credential_id AS "credentialId", public_key AS "publicKey",
           sign_count::float8 AS "signCount", transports, name, aaguid, backed_up AS "backedUp",
           created_at AS "createdAt", last_used_at AS "lastUsedAt", suspended_at AS "suspendedAt"
         FROM passkeys WHERE user_id = ANY ($1::bigint[]) ORDER BY created_at, id`,
};
