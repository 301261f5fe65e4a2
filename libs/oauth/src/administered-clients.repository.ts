import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** A client as administrators see it. */
export interface AdministeredClient {
  readonly id: string;
  readonly metadata: ClientMetadata;
  readonly firstParty: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disabledAt: Date | null;
  /** Those that are good, the newest first. */
  readonly secrets: readonly ListedSecret[];
  /** `createdAt` to the microsecond, for the next page. */
  readonly position: string;
}

export interface ListedSecret {
  readonly id: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export interface NewClient {
  readonly id: string;
  readonly metadata: ClientMetadata;
  readonly firstParty: boolean;
  readonly createdBy: UserId | null;
}

/** Clients as administrators keep them. */
@Injectable()
export class AdministeredClientsRepository {
  constructor(private readonly database: Database) {}

  /** @returns false where the id is taken. */
  async insert(tx: Tx, { id, metadata, firstParty, createdBy }: NewClient): Promise<boolean> {
    return (await tx.run(insertClient, [id, metadata, firstParty, createdBy])).length > 0;
  }

  async find(id: string, sql: Sql = this.database): Promise<AdministeredClient | undefined> {
    const [row] = await sql.run<AdministeredClient>(findClient, [id]);
    return row;
  }

  /** Keeps others from changing it until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<AdministeredClient | undefined> {
    await tx.run(lockClient, [id]);
    return this.find(id, tx);
  }

  /** The newest first. */
  async list(limit: number, after?: readonly [position: string, id: string]): Promise<AdministeredClient[]> {
    return this.database.run<AdministeredClient>(listClients, [after?.[0] ?? null, after?.[1] ?? null, limit]);
  }

  async update(tx: Tx, id: string, metadata: ClientMetadata, firstParty: boolean): Promise<void> {
    await tx.run(updateClient, [id, metadata, firstParty]);
  }

  /** @returns false where it was so before. */
  async setDisabled(tx: Tx, id: string, disabled: boolean): Promise<boolean> {
    return (await tx.run(setDisabled, [id, disabled])).length > 0;
  }

  /** Deletes it with all that was handed out for it and what users allowed it. It may scan. */
  async delete(tx: Tx, id: string): Promise<boolean> {
    return (await tx.run(deleteClient, [id])).length > 0;
  }

  async addSecret(tx: Tx, secretId: string, clientId: string, hash: Buffer): Promise<void> {
    await tx.run(insertSecret, [secretId, clientId, hash]);
  }

  /** Lets the secrets that are there be good for so many seconds more, and none of them for longer than it was. */
  async expireSecrets(tx: Tx, clientId: string, seconds: number): Promise<void> {
    await tx.run(expireSecrets, [clientId, seconds]);
  }

  /** @returns false where the client has no such secret. */
  async deleteSecret(tx: Tx, clientId: string, secretId: string): Promise<boolean> {
    return (await tx.run(deleteSecret, [clientId, secretId])).length > 0;
  }
}

const columns = `c.id, c.metadata, c.first_party AS "firstParty", c.created_at AS "createdAt", c.updated_at AS "updatedAt",
  c.disabled_at AS "disabledAt", to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'createdAt', s.created_at, 'expiresAt', s.expires_at)
     ORDER BY s.created_at DESC, s.id), '[]') FROM oauth_client_secrets s
   WHERE s.client_id = c.id AND (s.expires_at IS NULL OR s.expires_at > app_now())) AS secrets`;
const insertClient = {
  name: 'oauth.insert_client',
  text: `INSERT INTO oauth_clients (id, metadata, first_party, created_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING id`,
};
const findClient = {
  name: 'oauth.find_administered_client',
  text: `SELECT ${columns} FROM oauth_clients c WHERE c.id = $1`,
};
const lockClient = { name: 'oauth.lock_client', text: 'SELECT id FROM oauth_clients WHERE id = $1 FOR UPDATE' };
const listClients = {
  name: 'oauth.list_clients',
  text: `SELECT ${columns} FROM oauth_clients c
         WHERE $1::timestamptz IS NULL OR (c.created_at, c.id) < ($1::timestamptz, $2)
         ORDER BY c.created_at DESC, c.id DESC LIMIT $3`,
};
const updateClient = {
  name: 'oauth.update_client',
  text: 'UPDATE oauth_clients SET metadata = $2, first_party = $3, updated_at = app_now() WHERE id = $1',
};
const setDisabled = {
  name: 'oauth.set_client_disabled',
  text: `UPDATE oauth_clients SET disabled_at = CASE WHEN $2::boolean THEN app_now() END, updated_at = app_now()
         WHERE id = $1 AND (disabled_at IS NOT NULL) <> $2::boolean RETURNING id`,
};
const deleteClient = {
  name: 'oauth.delete_client',
  text: `WITH grants AS (DELETE FROM oauth_grants WHERE client_id = $1),
           artifacts AS (DELETE FROM oauth_artifacts WHERE client_id = $1 AND grant_hash IS NULL),
           consents AS (DELETE FROM oauth_consents WHERE client_id = $1)
         DELETE FROM oauth_clients WHERE id = $1 RETURNING id`,
};
const insertSecret = {
  name: 'oauth.insert_client_secret',
  text: 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES ($1, $2, $3)',
};
const expireSecrets = {
  name: 'oauth.expire_client_secrets',
  text: `UPDATE oauth_client_secrets
         SET expires_at = least(expires_at, app_now() + $2::int * interval '1 second') WHERE client_id = $1`,
};
const deleteSecret = {
  name: 'oauth.delete_client_secret',
  text: `DELETE FROM oauth_client_secrets
         WHERE client_id = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > app_now()) RETURNING id`,
};
