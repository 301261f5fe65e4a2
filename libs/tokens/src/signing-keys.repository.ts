import type { JsonWebKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';

/** ES256 signs what is ours; RS256 is what every OpenID client must understand (OpenID Connect Core 15.1). */
export type SigningAlgorithm = 'ES256' | 'RS256';

export interface SigningKeyRow {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicJwk: JsonWebKey;
  readonly sealedPrivateKey: Buffer;
  /** Milliseconds since the epoch, as are the others. */
  readonly signsFrom: number;
  readonly retiresAt: number | null;
  readonly now: number;
}

export type SealedSigningKey = Pick<SigningKeyRow, 'kid' | 'algorithm' | 'publicJwk' | 'sealedPrivateKey'>;

export interface NewSigningKey extends SealedSigningKey {
  /** Seconds. */
  readonly lead: number;
  readonly overlap: number;
}

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** All keys that are not deleted yet, newest first. */
  async findAll(): Promise<SigningKeyRow[]> {
    return this.database.run<SigningKeyRow>(findAll);
  }

  /** Keeps other processes from changing keys until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.run(lockKeys);
  }

  async ageOfNewest(tx: Tx, algorithm: SigningAlgorithm): Promise<number | undefined> {
    const [row] = await tx.run<{ age: number | null }>(ageOfNewest, [algorithm]);
    return row?.age ?? undefined;
  }

  /** Adds a key that signs `lead` seconds from now; others of its algorithm stay published `overlap` seconds past that. */
  async succeed(tx: Tx, key: NewSigningKey): Promise<void> {
    await tx.run(retireOthers, [key.lead + key.overlap, key.algorithm]);
    await tx.run(insertKey, [key.kid, key.algorithm, key.publicJwk, key.sealedPrivateKey, key.lead]);
  }

  async deleteRetired(): Promise<number> {
    return (await this.database.run(deleteRetired)).length;
  }
}

const epochMs = (expression: string): string => `(extract(epoch FROM ${expression}) * 1000)::float8`;
const findAll = {
  name: 'tokens.find_signing_keys',
  text: `SELECT kid, algorithm, public_jwk AS "publicJwk", sealed_private_key AS "sealedPrivateKey",
           ${epochMs('signs_from')} AS "signsFrom", ${epochMs('retires_at')} AS "retiresAt", ${epochMs('app_now()')} AS now
         FROM signing_keys ORDER BY signs_from DESC`,
};
const lockKeys = {
  name: 'tokens.lock_signing_keys',
  text: `SELECT pg_advisory_xact_lock(hashtext('gatehouse.signing_keys'))`,
};
const ageOfNewest = {
  name: 'tokens.age_of_newest_signing_key',
  text: `SELECT extract(epoch FROM app_now() - max(created_at))::float8 AS age FROM signing_keys
         WHERE retires_at IS NULL AND algorithm = $1`,
};
const retireOthers = {
  name: 'tokens.retire_signing_keys',
  text: `UPDATE signing_keys SET retires_at = app_now() + $1::int * interval '1 second'
         WHERE retires_at IS NULL AND algorithm = $2`,
};
const insertKey = {
  name: 'tokens.insert_signing_key',
  text: `INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private_key, signs_from)
         VALUES ($1, $2, $3, $4, app_now() + $5::int * interval '1 second')`,
};
const deleteRetired = {
  name: 'tokens.delete_retired_signing_keys',
  text: `DELETE FROM signing_keys WHERE retires_at < app_now() - interval '30 days' RETURNING kid`,
};
