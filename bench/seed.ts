import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import { connected } from './database.js';
import { argon2 } from './plan.js';

export const password = 'hollow lantern meadow';

/** What one server is loaded with; two servers never share a session. */
export interface SeededSessions {
  readonly cookies: string[];
  readonly refreshTokens: string[];
}

export interface Seed {
  readonly emails: string[];
  sessions(): Promise<SeededSessions>;
}

/** Fills the tables directly: through the API it would take minutes. All users have the one password. */
export async function seed(url: string, users: number, sessions: number): Promise<Seed> {
  const ids = Array.from({ length: users }, () => (randomBytes(8).readBigUInt64BE() >> 1n).toString());
  const emails = ids.map((_, at) => `person-${String(at).padStart(5, '0')}@bench.example`);
  const passwordHash = await hash(password, argon2);
  await connected(url, async (client) => {
    await client.query(insertUsers, [ids, emails]);
    await client.query(insertPasswords, [ids, passwordHash]);
  });
  return { emails, sessions: () => connected(url, (client) => seedSessions(client, ids, sessions)) };
}

async function seedSessions(client: pg.Client, userIds: readonly string[], count: number): Promise<SeededSessions> {
  const owners = Array.from({ length: count }, (_, at) => userIds[at % userIds.length]);
  const cookies = owners.map(() => randomBytes(32).toString('base64url'));
  await client.query(`${openSessions('cookie')} SELECT 1`, [
    owners.map(() => randomUUID()),
    owners,
    cookies.map(sha256),
  ]);
  const sessionIds = owners.map(() => randomUUID());
  const families = owners.map(() => randomUUID());
  const refreshTokens = families.map((family) => `${family}.${randomBytes(32).toString('base64url')}`);
  await client.query(
    `${openSessions('tokens')}, family AS (
       INSERT INTO refresh_families (id, session_id, expires_at)
       SELECT family, session, app_now() + interval '30 days' FROM unnest($4::uuid[], $1::uuid[]) AS f (family, session)
     ) INSERT INTO refresh_tokens (hash, family_id, generation, idle_expires_at)
       SELECT hash, family, 0, app_now() + interval '14 days' FROM unnest($5::bytea[], $4::uuid[]) AS t (hash, family)`,
    [sessionIds, owners, owners.map(() => null), families, refreshTokens.map(sha256)],
  );
  await client.query('ANALYZE');
  return { cookies, refreshTokens };
}

const insertUsers = `
  INSERT INTO users (id, email, email_key, email_verified_at)
  SELECT id, email, email, app_now() FROM unnest($1::bigint[], $2::text[]) AS u (id, email)`;
const insertPasswords =
  'INSERT INTO password_credentials (user_id, hash) SELECT id, $2 FROM unnest($1::bigint[]) AS u (id)';
const openSessions = (carrier: string): string => `
  WITH session AS (
    INSERT INTO sessions (id, user_id, carrier, cookie_hash, amr, acr, idle_expires_at, expires_at)
    SELECT id, user_id, '${carrier}', cookie_hash, '{pwd}', 'urn:gatehouse:acr:1fa',
      app_now() + interval '14 days', app_now() + interval '30 days'
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS s (id, user_id, cookie_hash))`;

const sha256 = (value: string): Buffer => createHash('sha256').update(value).digest();
