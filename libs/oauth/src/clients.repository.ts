import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database } from '@app/database';
import { type LimitHit, Limits, type LimitState } from '@app/limits';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** A client as a provider looks it up: enabled, with the secrets that are good now. */
export interface EnabledClient {
  readonly metadata: ClientMetadata;
  readonly firstParty: boolean;
  /** In hex. */
  readonly secretHashes: readonly string[];
}

export interface RegisteredClient {
  readonly id: string;
  readonly metadata: ClientMetadata;
  readonly secretHash: Buffer | null;
}

@Injectable()
export class ClientsRepository {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
  ) {}

  async findEnabled(id: string): Promise<EnabledClient | undefined> {
    const [row] = await this.database.run<EnabledClient>(findEnabled, [id]);
    return row;
  }

  /** As findEnabled(), in the statement that counts what limits count. */
  async countAndFind(
    hits: readonly LimitHit[],
    id: string,
  ): Promise<{ limit: LimitState; client: EnabledClient | undefined }> {
    const { state, row } = await this.limits.countAndRead<EnabledClient>(hits, countAndFind, [id]);
    return { limit: state, client: row };
  }

  /** Stores it, its secret and the record of it, where the token was not used before: one statement. */
  async register(
    { id, metadata, secretHash }: RegisteredClient,
    initialToken: Buffer,
    record: AuditEvent,
  ): Promise<boolean> {
    const values = [id, metadata, secretHash, initialToken, auditRows([record])];
    return (await this.database.run(registerClient, values)).length > 0;
  }

  /** Deletes a batch of secrets that ended an hour ago; one that nobody replaced has no end. @returns how many */
  async deleteExpiredSecrets(): Promise<number> {
    return (await this.database.run(deleteExpiredSecrets)).length;
  }
}

const registerClient = {
  name: 'oauth.register_client',
  text: `WITH used AS (
           UPDATE oauth_artifacts SET consumed_at = app_now()
           WHERE hash = $4 AND consumed_at IS NULL AND expires_at > app_now() RETURNING hash
         ), client AS (
           INSERT INTO oauth_clients (id, metadata) SELECT $1, $2 FROM used RETURNING id
         ), secret AS (
           INSERT INTO oauth_client_secrets (id, client_id, hash)
           SELECT gen_random_uuid(), id, $3 FROM client WHERE $3::bytea IS NOT NULL
         ) ${insertIntoAudit('$5')} WHERE EXISTS (SELECT FROM client) RETURNING type`,
};

/** The members of an `EnabledClient`, of the client `c`. */
export const enabledClient = `c.metadata, c.first_party AS "firstParty",
  ARRAY(SELECT encode(s.hash, 'hex') FROM oauth_client_secrets s
    WHERE s.client_id = c.id AND (s.expires_at IS NULL OR s.expires_at > app_now())) AS "secretHashes"`;
const enabledBy = (id: string): string =>
  `SELECT ${enabledClient} FROM oauth_clients c WHERE c.id = ${id} AND c.disabled_at IS NULL`;
const findEnabled = { name: 'oauth.find_client', text: enabledBy('$1') };
const countAndFind = { name: 'oauth.count_and_find_client', text: enabledBy('$3') };
const deleteExpiredSecrets = {
  name: 'oauth.delete_expired_client_secrets',
  text: `DELETE FROM oauth_client_secrets WHERE id IN (
           SELECT id FROM oauth_client_secrets WHERE expires_at < app_now() - interval '1 hour' LIMIT 500)
         RETURNING id`,
};
