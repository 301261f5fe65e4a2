import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import { type AccessValidFrom, readAccessValidFrom, type SecondFactor, type UserId, type UserStatus } from '@app/users';
import type { NewPasskey } from './passkey-ceremonies.js';

/** What its owner sees of a passkey. */
export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly suspendedAt: Date | null;
}

/** What a browser needs to find a passkey. */
export interface PasskeyDescriptor {
  readonly credentialId: Buffer;
  readonly transports: readonly string[];
  readonly suspended: boolean;
}

/** A passkey and what signing in needs to know of its account, in one read. */
export interface PasskeyAccount {
  readonly id: string;
  readonly name: string;
  readonly publicKey: Buffer;
  readonly suspended: boolean;
  readonly userId: UserId;
  readonly status: UserStatus;
  readonly verified: boolean;
  readonly mustChange: boolean;
  readonly secondFactors: readonly SecondFactor[];
  readonly accessValidFrom: AccessValidFrom;
}

@Injectable()
export class PasskeysRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined where the credential is known already, whosever it is. */
  async insert(tx: Tx, userId: UserId, name: string, passkey: NewPasskey): Promise<ListedPasskey | undefined> {
    const { credentialId, publicKey, signCount, transports, aaguid, backedUp } = passkey;
    const values = [randomUUID(), userId, credentialId, publicKey, signCount, transports, name, aaguid, backedUp];
    const [row] = await tx.run<ListedPasskey>(insertPasskey, values);
    return row;
  }

  async list(userId: UserId): Promise<ListedPasskey[]> {
    return this.database.run<ListedPasskey>(listPasskeys, [userId]);
  }

  async describe(userId: UserId): Promise<PasskeyDescriptor[]> {
    return this.database.run<PasskeyDescriptor>(describePasskeys, [userId]);
  }

  async findByCredential(credentialId: Buffer): Promise<PasskeyAccount | undefined> {
    const [row] = await this.database.run<PasskeyAccount>(findByCredential, [credentialId]);
    return row;
  }

  /** Moves the counter on. @returns false where it did not rise, or the passkey is gone or suspended. */
  async use(tx: Tx, id: string, signCount: number, backedUp: boolean): Promise<boolean> {
    return (await tx.run(usePasskey, [id, signCount, backedUp])).length > 0;
  }

  /** Shuts a passkey whose counter did not rise. @returns false where that is not so, or it was shut before. */
  async suspend(tx: Tx, id: string, signCount: number): Promise<boolean> {
    return (await tx.run(suspendPasskey, [id, signCount])).length > 0;
  }

  /** Shuts what was added since. What the account asks for as a second factor stays as it is. @returns how many. */
  async suspendSince(tx: Tx, userId: UserId, since: Date): Promise<number> {
    return (await tx.run(suspendSince, [userId, since])).length;
  }

  async rename(tx: Tx, id: string, userId: UserId, name: string): Promise<ListedPasskey | undefined> {
    const [row] = await tx.run<ListedPasskey>(renamePasskey, [id, userId, name]);
    return row;
  }

  /** @returns its name; undefined where the user has no such passkey. */
  async remove(tx: Tx, id: string, userId: UserId): Promise<string | undefined> {
    const [row] = await tx.run<{ name: string }>(removePasskey, [id, userId]);
    return row?.name;
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(removeAllPasskeys, [userId]);
  }

  async count(sql: Sql, userId: UserId): Promise<number> {
    const [row] = await sql.run<{ count: number }>(countPasskeys, [userId]);
    return row?.count ?? 0;
  }
}

const listed = `id, name, backed_up AS "backedUp", created_at AS "createdAt", last_used_at AS "lastUsedAt",
  suspended_at AS "suspendedAt"`;
const insertPasskey = {
  name: 'credentials.insert_passkey',
  text: `INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, name, aaguid, backed_up)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential_id) DO NOTHING RETURNING ${listed}`,
};
const listPasskeys = {
  name: 'credentials.list_passkeys',
  text: `SELECT ${listed} FROM passkeys WHERE user_id = $1 ORDER BY created_at, id`,
};
const describePasskeys = {
  name: 'credentials.describe_passkeys',
  text: `SELECT credential_id AS "credentialId", transports, suspended_at IS NOT NULL AS suspended
         FROM passkeys WHERE user_id = $1 ORDER BY last_used_at DESC NULLS LAST, id`,
};
const findByCredential = {
  name: 'credentials.find_passkey',
  text: `SELECT k.id, k.name, k.public_key AS "publicKey", k.suspended_at IS NOT NULL AS suspended,
           k.user_id AS "userId", u.status, u.email_verified_at IS NOT NULL AS verified,
           coalesce(p.must_change, false) AS "mustChange", u.second_factors AS "secondFactors",
           ${readAccessValidFrom('u')} AS "accessValidFrom"
         FROM passkeys k JOIN users u ON u.id = k.user_id LEFT JOIN password_credentials p ON p.user_id = u.id
         WHERE k.credential_id = $1`,
};
// WebAuthn level 3, 7.2 step 22: a counter in use must rise. Authenticators that do not count always say 0.
const rises = '($2::bigint > sign_count OR ($2::bigint = 0 AND sign_count = 0))';
// The account first, as where passkeys are removed and sessions opened and ended, so that nobody waits in a circle.
const usePasskey = {
  name: 'credentials.use_passkey',
  text: `WITH owner AS MATERIALIZED (
           SELECT id FROM users WHERE id = (SELECT user_id FROM passkeys WHERE id = $1) FOR SHARE)
         UPDATE passkeys SET sign_count = $2, backed_up = $3, last_used_at = app_now()
         WHERE id = $1 AND user_id = (SELECT id FROM owner) AND suspended_at IS NULL AND ${rises} RETURNING id`,
};
const suspendPasskey = {
  name: 'credentials.suspend_passkey',
  text: `UPDATE passkeys SET suspended_at = app_now()
         WHERE id = $1 AND suspended_at IS NULL AND NOT ${rises} RETURNING id`,
};
const suspendSince = {
  name: 'credentials.suspend_passkeys_since',
  text: `UPDATE passkeys SET suspended_at = app_now()
         WHERE user_id = $1 AND created_at >= $2 AND suspended_at IS NULL RETURNING id`,
};
const renamePasskey = {
  name: 'credentials.rename_passkey',
  text: `UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING ${listed}`,
};
const removePasskey = {
  name: 'credentials.remove_passkey',
  text: 'DELETE FROM passkeys WHERE id = $1 AND user_id = $2 RETURNING name',
};
const removeAllPasskeys = {
  name: 'credentials.remove_all_passkeys',
  text: 'DELETE FROM passkeys WHERE user_id = $1',
};
const countPasskeys = {
  name: 'credentials.count_passkeys',
  text: 'SELECT count(*)::int AS count FROM passkeys WHERE user_id = $1',
};
