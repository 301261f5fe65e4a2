import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Envelopes } from '../../libs/crypto/src/envelopes.js';
import { artifactHash } from '../../libs/oauth/src/artifact-hashes.js';
import { formatUserId } from '../../libs/users/src/user-id.js';
import { createTable } from '../bare-provider/table.js';
import { connected } from '../database.js';
import { cryptoConfig } from '../server-process.js';
import { type Artifact, artifacts, lifetime } from './artifacts.js';
import { clientId, clientMetadata, clientSecret, resource } from './client.js';

/** Rows a statement. */
const batch = 2000;

/** Fills what a provider keeps, so that codes and tokens are there before anything is measured. */
export interface ProviderSeed {
  /** @returns what the client would have been handed */
  add(model: Artifact['model'], count: number): Promise<string[]>;
}

/** Makes the client known to both providers. @param url as the owner of the database */
export async function seedProviders(url: string): Promise<{ gatehouse: ProviderSeed; bare: ProviderSeed }> {
  const userIds = await connected(url, async (client) => {
    await client.query(createTable);
    const bareClient = { ...clientMetadata, client_id: clientId, client_secret: clientSecret };
    await client.query(`INSERT INTO bare_provider (model, id, payload) VALUES ('Client', $1, $2)`, [
      clientId,
      bareClient,
    ]);
    const metadata = { ...clientMetadata, resources: { [resource]: ['read'] } };
    await client.query('INSERT INTO oauth_clients (id, metadata, first_party) VALUES ($1, $2, true)', [
      clientId,
      metadata,
    ]);
    const hash = createHash('sha256').update(clientSecret).digest();
    const insertSecret = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES ($1, $2, $3)';
    await client.query(insertSecret, [randomUUID(), clientId, hash]);
    const { rows } = await client.query<{ id: string }>('SELECT id FROM users ORDER BY id');
    return rows.map(({ id }) => id);
  });
  const seed = (subOf: (userId: string) => string, insert: typeof insertBare): ProviderSeed => ({
    add: (model, count) =>
      connected(url, async (client) => {
        const all = artifacts(model, count, userIds, subOf);
        for (let at = 0; at < all.length; at += batch) await insert(client, all.slice(at, at + batch));
        await client.query('ANALYZE');
        return all.map(({ id }) => id);
      }),
  });
  return { gatehouse: seed(formatUserId, insertGatehouse), bare: seed((userId) => userId, insertBare) };
}

async function insertBare(client: pg.Client, all: readonly Artifact[]): Promise<void> {
  const rows = all.flatMap(({ model, id, grantId, payload, grant }) => [
    { model: 'Grant', id: grantId, grantId: null, payload: { ...grant, jti: grantId } },
    { model, id, grantId, payload },
  ]);
  await client.query(
    `INSERT INTO bare_provider (model, id, grant_id, payload, expires_at)
     SELECT model, id, grant_id, payload, now() + $5::int * interval '1 second'
     FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) AS a (model, id, grant_id, payload)`,
    [
      rows.map(({ model }) => model),
      rows.map(({ id }) => id),
      rows.map(({ grantId }) => grantId),
      rows.map(({ payload }) => payload),
      lifetime,
    ],
  );
}

/** Hashed and sealed as the product does, by its own code and keys. */
async function insertGatehouse(client: pg.Client, all: readonly Artifact[]): Promise<void> {
  const envelopes = new Envelopes(cryptoConfig());
  const rows = all.map(({ model, id, grantId, payload, grant }) => {
    const hash = artifactHash('oidc', model, id);
    const text = Buffer.from(JSON.stringify(payload));
    const sealed = envelopes.seal(text, `oauth_artifact:${hash.toString('base64url')}`);
    return { hash, sealed, grant, grantHash: artifactHash('oidc', 'Grant', grantId) };
  });
  await client.query(
    `WITH a AS (
       SELECT a.*, u.access_valid_from, app_now() + $8::int * interval '1 second' AS expires_at
       FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bytea[], $5::jsonb[], $6::bigint[])
         AS a (hash, model, sealed, grant_hash, payload, user_id) JOIN users u ON u.id = a.user_id
     ), grant_row AS (
       INSERT INTO oauth_grants (hash, issuer, user_id, client_id, payload, access_valid_from, expires_at)
       SELECT grant_hash, 'oidc', user_id, $7, payload, access_valid_from, expires_at FROM a
     ) INSERT INTO oauth_artifacts (hash, issuer, model, grant_hash, user_id, client_id, sealed, access_valid_from,
         expires_at)
       SELECT hash, 'oidc', model, grant_hash, user_id, $7, sealed, access_valid_from, expires_at FROM a`,
    [
      rows.map(({ hash }) => hash),
      all.map(({ model }) => model),
      rows.map(({ sealed }) => sealed),
      rows.map(({ grantHash }) => grantHash),
      rows.map(({ grant }) => grant),
      all.map(({ userId }) => userId),
      clientId,
      lifetime,
    ],
  );
}
