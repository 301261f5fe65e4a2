import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { Secret } from 'otpauth';
import type pg from 'pg';
import { Envelopes } from '../libs/crypto/src/envelopes.js';
import { formatUserId, newUserId } from '../libs/users/src/user-id.js';
import { connected } from './database.js';
import { cryptoConfig } from './server-process.js';
import type { TotpChallenge, TotpUser } from './load/requests.js';
import { argon2 } from './plan.js';
import { password } from './seed.js';

/** Accounts that hold a second factor, and sign-ins of theirs that wait for it. */
export interface SecondFactorSeed {
  /** For whole sign-ins; nobody of these has a challenge below, because a code works once. */
  readonly people: readonly TotpUser[];
  readonly totpChallenges: readonly TotpChallenge[];
  /** Bodies of `POST /v1/auth/passkey/verify`, each answering a challenge of its own. */
  readonly passkeyAnswers: readonly object[];
}

/** Fills the tables directly, as seed() does. @param origin of the server whose pages the passkeys' owner is on */
export async function seedSecondFactors(
  url: string,
  counts: { readonly people: number; readonly verifications: number },
  origin: string,
): Promise<SecondFactorSeed> {
  return connected(url, async (client) => {
    const people = await insertPeople(client, counts.people, 'totp');
    const challenged = await insertPeople(client, counts.verifications, 'totp');
    const holders = await insertPeople(client, counts.verifications, 'passkey');
    return {
      people: await insertTotp(client, people),
      totpChallenges: await insertChallenges(client, challenged, await insertTotp(client, challenged)),
      passkeyAnswers: await insertPasskeys(client, holders, origin),
    };
  });
}

interface Person {
  readonly id: string;
  readonly email: string;
}

async function insertPeople(client: pg.Client, count: number, factor: string): Promise<Person[]> {
  const people = Array.from({ length: count }, () => {
    const id = newUserId();
    return { id, email: `${factor}-${id}@bench.example` };
  });
  const ids = people.map(({ id }) => id);
  await client.query(
    `INSERT INTO users (id, email, email_key, email_verified_at, second_factors)
     SELECT id, email, email, app_now(), ARRAY[$3] FROM unnest($1::bigint[], $2::text[]) AS u (id, email)`,
    [ids, people.map(({ email }) => email), factor],
  );
  await client.query(
    'INSERT INTO password_credentials (user_id, hash) SELECT id, $2 FROM unnest($1::bigint[]) AS u (id)',
    [ids, await hash(password, argon2)],
  );
  return people;
}

/** Sealed as the product does, by its own code and keys. */
async function insertTotp(client: pg.Client, people: readonly Person[]): Promise<TotpUser[]> {
  const envelopes = new Envelopes(cryptoConfig());
  const rows = people.map(({ id, email }) => ({ user: id, email, row: randomUUID(), secret: randomBytes(20) }));
  await client.query(
    `INSERT INTO totp_factors (id, user_id, sealed_secret, confirmed_at)
     SELECT id, user_id, sealed, app_now() FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS f (id, user_id, sealed)`,
    [
      rows.map(({ row }) => row),
      rows.map(({ user }) => user),
      rows.map(({ user, row, secret }) => envelopes.seal(secret, `totp:${user}:${row}`)),
    ],
  );
  return rows.map(({ email, secret }) => ({
    email,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }).base32,
  }));
}

async function insertChallenges(
  client: pg.Client,
  people: readonly Person[],
  users: readonly TotpUser[],
): Promise<TotpChallenge[]> {
  const challenges = users.map(({ secret }) => ({ id: randomBytes(32).toString('base64url'), secret }));
  await client.query(
    `INSERT INTO challenges (hash, user_id, factor, amr, methods, carrier, expires_at, access_valid_from)
     SELECT c.hash, u.id, 'password', '{pwd}', '{totp}', 'tokens', app_now() + interval '1 hour', u.access_valid_from
     FROM unnest($1::bytea[], $2::bigint[]) AS c (hash, user_id) JOIN users u ON u.id = c.user_id`,
    [challenges.map(({ id }) => sha256(id)), people.map(({ id }) => id)],
  );
  return challenges;
}

interface Passkey {
  readonly user: string;
  readonly credential: Buffer;
  readonly challenge: string;
  readonly publicKey: Buffer;
  readonly privateKey: KeyObject;
}

async function insertPasskeys(client: pg.Client, people: readonly Person[], origin: string): Promise<object[]> {
  const rows: Passkey[] = people.map(({ id }) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const challenge = randomBytes(32).toString('base64url');
    return { user: id, credential: randomBytes(16), challenge, publicKey: coseKey(publicKey), privateKey };
  });
  await client.query(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, aaguid, backed_up)
     SELECT gen_random_uuid(), user_id, credential, key, 0, 'bench', '00000000-0000-0000-0000-000000000000', false
     FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS p (user_id, credential, key)`,
    [rows.map(({ user }) => user), rows.map(({ credential }) => credential), rows.map(({ publicKey }) => publicKey)],
  );
  await client.query(
    `INSERT INTO one_time_tokens (hash, purpose, reference, expires_at)
     SELECT hash, 'passkey_sign_in', 'anybody', app_now() + interval '1 hour' FROM unnest($1::bytea[]) AS t (hash)`,
    [rows.map(({ challenge }) => sha256(challenge))],
  );
  return rows.map((row) => ({ response: assertion(row, origin) }));
}

/** A P-256 key as COSE_Key (RFC 9053 section 7.1): a CBOR map of five members. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinate = (label: number, value: string): Buffer =>
    Buffer.concat([Buffer.from([label, 0x58, 32]), Buffer.from(value, 'base64url')]);
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
  return Buffer.concat([head, coordinate(0x21, x), coordinate(0x22, y)]);
}

/** AuthenticationResponseJSON (WebAuthn level 3), with user presence and verification and no counter. */
function assertion({ user, credential, challenge, privateKey }: Passkey, origin: string): object {
  const id = credential.toString('base64url');
  const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }));
  const authenticatorData = Buffer.concat([sha256(new URL(origin).hostname), Buffer.from([0x05, 0, 0, 0, 0])]);
  const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), privateKey);
  const response = {
    clientDataJSON: clientData.toString('base64url'),
    authenticatorData: authenticatorData.toString('base64url'),
    signature: signature.toString('base64url'),
    userHandle: Buffer.from(formatUserId(user)).toString('base64url'),
  };
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

const sha256 = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest();
