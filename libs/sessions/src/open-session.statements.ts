import { insertIntoAudit } from '@app/audit';
import type { Statement } from '@app/database';
import { enqueueWithin } from '@app/email';
import { insertOneTimeToken } from '@app/tokens';
import { isKnownDevice } from './known-devices.repository.js';

/*
 * Everything that a sign-in leaves behind is one statement, so that on a pool as well as in a transaction all of it is
 * there or nothing: the session, its record, its refresh family, what is known of the device, and the mail that tells
 * of a new one. All of it hangs on the account: it is locked first, so that ending its sessions waits or is waited for,
 * and has to be as it was when the proof began.
 */

const seconds = (parameter: string): string => `app_now() + ${parameter}::int * interval '1 second'`;

const owner = `
  SELECT id, roles, email, email_key FROM users
  WHERE id = $2::bigint AND status = 'active' AND access_valid_from = $17::timestamptz FOR SHARE`;

const session = `
  INSERT INTO sessions (id, user_id, carrier, cookie_hash, amr, acr, address, user_agent, idle_expires_at, expires_at)
  SELECT $1::uuid, $2::bigint, $3, $4, $5, $6, $7::inet, $8::text, least(${seconds('$9')}, ${seconds('$10')}),
    ${seconds('$10')}
  FROM owner
  RETURNING id, user_id, auth_time, expires_at`;

const samePlace = 'd.address IS NOT DISTINCT FROM $7::inet AND d.user_agent IS NOT DISTINCT FROM $8::text';

/** Of a device that is known only what is older than a day is written again: a sign-in is cheap, a write is not. */
const known = `
  SELECT d.hash, d.last_seen_at < app_now() - interval '1 day' OR d.presented_at IS NULL OR NOT (${samePlace}) AS stale
  FROM session s JOIN known_devices d ON ${isKnownDevice('d', 's.user_id', '$12')} ORDER BY d.last_seen_at DESC LIMIT 1`;
const seen = `
  UPDATE known_devices d SET last_seen_at = app_now(), presented_at = coalesce(d.presented_at, app_now()),
    address = $7::inet, user_agent = $8::text
  FROM known WHERE d.user_id = $2::bigint AND d.hash = known.hash AND known.stale`;

/** Whether the owner will wonder: not at the account's first sign-in, and not where they signed in from before. */
const newcomer = `
  SELECT count(*) > 0 AND NOT coalesce(bool_or(${samePlace} AND d.forgotten_at IS NULL
    AND d.last_seen_at > app_now() - interval '90 days'), false) AS unfamiliar
  FROM known_devices d WHERE d.user_id = $2::bigint
  HAVING $13::bytea IS NOT NULL AND EXISTS (SELECT 1 FROM session) AND NOT EXISTS (SELECT 1 FROM known)`;
/** A client that does not keep its secret gets the row that the last one left, not one more each time. */
const replaced = `
  UPDATE known_devices k SET hash = $13::bytea, failures = 0, last_failed_at = NULL, last_seen_at = app_now()
  FROM newcomer WHERE k.user_id = $2::bigint AND k.hash = (
    SELECT d.hash FROM known_devices d
    WHERE d.user_id = $2::bigint AND cardinality($12::bytea[]) = 0 AND ${samePlace}
      AND d.presented_at IS NULL AND d.forgotten_at IS NULL
    ORDER BY d.last_seen_at DESC LIMIT 1)
  RETURNING k.hash`;
const added = `
  INSERT INTO known_devices (user_id, hash, address, user_agent)
  SELECT $2::bigint, $13::bytea, $7::inet, $8::text FROM newcomer WHERE NOT EXISTS (SELECT 1 FROM replaced)`;

const news = `
  SELECT u.id AS user_id, u.email_key AS reference, u.email AS recipient,
    jsonb_build_object('address', host($7::inet), 'userAgent', $8::text) AS data
  FROM newcomer n, owner u WHERE n.unfamiliar AND u.email IS NOT NULL`;

const opening = `WITH owner AS MATERIALIZED (${owner}),
  session AS (${session}),
  record AS (${insertIntoAudit('$11')} WHERE EXISTS (SELECT 1 FROM session)),
  known AS (${known}),
  seen AS (${seen}),
  newcomer AS (${newcomer}),
  replaced AS (${replaced}),
  added AS (${added}),
  news AS (${news}),
  not_me AS (${insertOneTimeToken('$14', 'not_me', 'news')}),
  ${enqueueWithin('new_device', '$15', '$16', 'news')}`;

const opened = `
  SELECT s.auth_time AS "authTime", s.expires_at AS "expiresAt", owner.roles,
    floor(extract(epoch FROM app_now()))::float8 AS now, EXISTS (SELECT 1 FROM newcomer) AS "deviceAdded"
  FROM session s, owner`;

export const openSession: Statement = { name: 'sessions.open', text: `${opening} ${opened}` };

export const openWithFamily: Statement = {
  name: 'sessions.open_with_family',
  text: `${opening},
    family AS (
      INSERT INTO refresh_families (id, session_id, expires_at) SELECT $18, id, expires_at FROM session RETURNING id
    ), token AS (
      INSERT INTO refresh_tokens (hash, family_id, generation, idle_expires_at)
      SELECT $19, id, 0, ${seconds('$9')} FROM family
    )
    ${opened}`,
};
