import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '@app/database';
import { type UserClaims, userClaims, type UserId } from '@app/users';
import { type EnabledClient, enabledClient } from './clients.repository.js';
import type { Issuer } from './persistence/oauth-grant.entity.js';

/** What a provider stores, but grants. */
export interface NewArtifact {
  readonly hash: Buffer;
  readonly issuer: Issuer;
  readonly model: string;
  readonly grantHash: Buffer | null;
  readonly userId: UserId | null;
  readonly clientId: string | null;
  readonly sealed: Buffer;
  /** Seconds. */
  readonly lifetime: number;
  readonly endsWith: EndsWith;
  /** Of a browser session: by what its tokens name it. */
  readonly uidHash: Buffer | null;
  readonly userCodeHash: Buffer | null;
  /** Of a browser session: the clients that it let in, who may wait to hear of its end. */
  readonly letIn: readonly string[];
}

/** What else ends an artifact: nothing, the session it is itself a part of, or that of the browser session it names. */
export type EndsWith =
  | { readonly kind: 'itself' }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'browser'; readonly uidHash: Buffer };

export interface StoredArtifact {
  readonly hash: Buffer;
  readonly sealed: Buffer;
  readonly sessionId: string | null;
  /** Seconds until that session ends at the latest. */
  readonly sessionLeft: number | null;
  /** Its grant, where that is in force; as a provider wrote it. */
  readonly grant: Record<string, unknown> | null;
  /** Seconds since the epoch. */
  readonly consumedAt: number | null;
  /** Seconds since it was made. */
  readonly madeAgo: number;
  /** Seconds since it was consumed. */
  readonly consumedFor: number | null;
}

export interface BearerArtifact extends StoredArtifact {
  /** Its client, where it is one of the table. */
  readonly enabledClient: EnabledClient | null;
  readonly userClaims: UserClaims | null;
}

/** Codes, tokens, interactions and browser sessions of both providers. */
@Injectable()
export class ArtifactsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores it or replaces what it was.
   * @returns false where its grant, or the session that it would end with, is gone; and where it is the mark of
   *   something used once, and is there
   */
  async save(artifact: NewArtifact, sql: Sql = this.database): Promise<boolean> {
    const { endsWith, letIn } = artifact;
    const values = [
      artifact.hash,
      artifact.issuer,
      artifact.model,
      artifact.grantHash,
      artifact.userId,
      artifact.clientId,
      endsWith.kind === 'session' ? endsWith.sessionId : null,
      endsWith.kind === 'browser' ? endsWith.uidHash : null,
      artifact.uidHash,
      artifact.userCodeHash,
      artifact.sealed,
      artifact.lifetime,
    ];
    const rows = await (letIn.length > 0
      ? sql.run(saveBrowserSession, [...values, letIn])
      : sql.run(saveArtifact, values));
    return rows.length > 0;
  }

  /** What still stands: not expired, its user active, its session alive, nothing of the account revoked since. */
  async find(hash: Buffer): Promise<StoredArtifact | undefined> {
    const [row] = await this.database.run<StoredArtifact>(findByHash, [hash]);
    return row;
  }

  /** As find(), with what an answer about its user takes. */
  async findBearer(hash: Buffer): Promise<BearerArtifact | undefined> {
    return (await this.database.run<BearerArtifact>(findBearer, [hash]))[0];
  }

  /** As find(), of several at once. */
  async findAny(hashes: readonly Buffer[]): Promise<StoredArtifact[]> {
    return this.database.run<StoredArtifact>(findByHashes, [hashes]);
  }

  async findByUid(uidHash: Buffer): Promise<StoredArtifact | undefined> {
    const [row] = await this.database.run<StoredArtifact>(findByUid, [uidHash]);
    return row;
  }

  async findByUserCode(userCodeHash: Buffer): Promise<StoredArtifact | undefined> {
    const [row] = await this.database.run<StoredArtifact>(findByUserCode, [userCodeHash]);
    return row;
  }

  /** One conditional UPDATE, so that of many at once one succeeds. @returns whether it was this one */
  async consume(hash: Buffer): Promise<boolean> {
    return (await this.database.run(consume, [hash])).length > 0;
  }

  /** Notes that a device asks for its tokens, in one conditional UPDATE; a poll that comes too soon moves nothing. */
  async poll(hash: Buffer, seconds: number): Promise<'in_time' | 'too_soon'> {
    const [row] = await this.database.run<{ known: boolean; polled: boolean }>(pollDeviceCode, [hash, seconds]);
    return row?.known && !row.polled ? 'too_soon' : 'in_time';
  }

  async delete(hash: Buffer): Promise<void> {
    await this.database.run(deleteArtifact, [hash]);
  }

  /** Deletes what was handed out for a grant of one model; the grant stays. */
  async deleteByGrant(grantHash: Buffer, model: string): Promise<void> {
    await this.database.run(deleteByGrant, [grantHash, model]);
  }

  /** Lets a browser session go on in the session that replaced its own, where it is the same user's. */
  async moveBrowserSession(uidHash: Buffer, sessionId: string, userId: UserId): Promise<void> {
    await this.database.run(moveBrowserSession, [uidHash, sessionId, userId]);
  }

  /** Notes in which session a grant was given, and how the client called itself then. */
  async noteGiven(grantHash: Buffer, sessionId: string, clientName: string | undefined): Promise<void> {
    const name = clientName?.replace(unwritable, ' ').trim().slice(0, 200) ?? null;
    await this.database.run(noteGiven, [grantHash, sessionId, name]);
  }

  /** Whether a sign-in happened after an artifact was made. */
  async isOlderThanSession(hash: Buffer, sessionId: string): Promise<boolean> {
    const [row] = await this.database.run<{ older: boolean }>(compareWithSession, [hash, sessionId]);
    return row?.older ?? false;
  }

  /** Deletes a batch of what expired an hour ago. @returns how many */
  async deleteExpired(): Promise<number> {
    return (await this.database.run(deleteExpired)).length;
  }
}

const alive = `a.expires_at > app_now()
  AND NOT EXISTS (SELECT FROM oauth_clients c WHERE c.id = a.client_id AND c.disabled_at IS NOT NULL)
  AND (a.user_id IS NULL OR (u.status = 'active' AND a.access_valid_from = u.access_valid_from))
  AND (a.session_id IS NULL
    OR (s.ended_at IS NULL AND s.expires_at > app_now() AND s.idle_expires_at > app_now()))`;
const find = (name: string, condition: string, more = ''): { name: string; text: string } => ({
  name: `oauth.${name}`,
  text: `SELECT a.hash, a.sealed, a.session_id AS "sessionId",
           extract(epoch FROM s.expires_at - app_now())::float8 AS "sessionLeft", g.payload AS "grant",
           extract(epoch FROM app_now() - a.created_at)::float8 AS "madeAgo",
           floor(extract(epoch FROM a.consumed_at))::float8 AS "consumedAt",
           extract(epoch FROM app_now() - a.consumed_at)::float8 AS "consumedFor"${more}
         FROM oauth_artifacts a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN sessions s ON s.id = a.session_id
           LEFT JOIN oauth_grants g ON g.hash = a.grant_hash AND g.expires_at > app_now()
             AND g.access_valid_from = u.access_valid_from
         WHERE ${condition} AND ${alive}`,
});
const findByHash = find('find_artifact', 'a.hash = $1');
const findBearer = find(
  'find_bearer',
  'a.hash = $1',
  `, (SELECT to_jsonb(r) FROM (SELECT ${enabledClient} FROM oauth_clients c WHERE c.id = a.client_id) r) AS "enabledClient",
   (SELECT to_jsonb(r) FROM (SELECT ${userClaims} WHERE u.id IS NOT NULL) r) AS "userClaims"`,
);
const findByHashes = find('find_any_artifact', 'a.hash = ANY ($1::bytea[])');
const findByUid = find('find_by_uid', 'a.uid_hash = $1');
const findByUserCode = find('find_by_user_code', 'a.user_code_hash = $1');
/*
 * The grant is locked against a revocation: either it sees this row, or this sees that the grant is gone. What is handed
 * out for a grant is worth as much as the grant: the account's access may have ended since.
 */
const save = (name: string, first: string): { name: string; text: string } => ({
  name: `oauth.${name}`,
  text: `WITH ${first}owner AS (
           SELECT hash, access_valid_from FROM oauth_grants WHERE hash = $4 FOR KEY SHARE
         ), browser AS (SELECT session_id FROM oauth_artifacts WHERE uid_hash = $8)
         INSERT INTO oauth_artifacts (hash, issuer, model, grant_hash, user_id, client_id, session_id, uid_hash,
           user_code_hash, sealed, access_valid_from, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, coalesce($7::uuid, (SELECT session_id FROM browser)), $9, $10, $11,
           coalesce((SELECT access_valid_from FROM owner), (SELECT access_valid_from FROM users WHERE id = $5)),
           app_now() + $12::int * interval '1 second'
         WHERE ($4::bytea IS NULL OR EXISTS (SELECT FROM owner))
           AND ($8::bytea IS NULL OR EXISTS (SELECT FROM browser WHERE session_id IS NOT NULL))
         ON CONFLICT (hash) DO UPDATE SET grant_hash = excluded.grant_hash, user_id = excluded.user_id,
           client_id = excluded.client_id, session_id = excluded.session_id, uid_hash = excluded.uid_hash,
           user_code_hash = excluded.user_code_hash, sealed = excluded.sealed,
           access_valid_from = excluded.access_valid_from, expires_at = excluded.expires_at
           WHERE oauth_artifacts.model <> 'ReplayDetection' OR oauth_artifacts.expires_at <= app_now()
         RETURNING hash`,
});
const saveArtifact = save('save_artifact', '');
/* The account's row before its session's, as everywhere. A session that has ended meanwhile gives no code any more. */
const saveBrowserSession = save(
  'save_browser_session',
  `account AS MATERIALIZED (SELECT id FROM users WHERE id = $5 FOR KEY SHARE), awaited AS (
     UPDATE sessions s SET end_awaited = true FROM account
     WHERE s.id = $7 AND s.user_id = account.id AND NOT s.end_awaited AND s.ended_at IS NULL
       AND EXISTS (SELECT FROM oauth_clients c WHERE c.id = ANY ($13::text[])
         AND c.metadata->>'backchannel_logout_uri' IS NOT NULL)
   ), `,
);
const consume = {
  name: 'oauth.consume_artifact',
  text: `UPDATE oauth_artifacts SET consumed_at = app_now()
         WHERE hash = $1 AND consumed_at IS NULL AND expires_at > app_now() RETURNING hash`,
};
const pollDeviceCode = {
  name: 'oauth.poll_device_code',
  text: `WITH polled AS (
           UPDATE oauth_artifacts SET last_polled_at = app_now()
           WHERE hash = $1 AND (last_polled_at IS NULL OR last_polled_at <= app_now() - $2::int * interval '1 second')
           RETURNING hash
         ) SELECT EXISTS (SELECT FROM oauth_artifacts WHERE hash = $1) AS known,
             EXISTS (SELECT FROM polled) AS polled`,
};
const deleteArtifact = { name: 'oauth.delete_artifact', text: 'DELETE FROM oauth_artifacts WHERE hash = $1' };
const deleteByGrant = {
  name: 'oauth.delete_by_grant',
  text: 'DELETE FROM oauth_artifacts WHERE grant_hash = $1 AND model = $2',
};
const moveBrowserSession = {
  name: 'oauth.move_browser_session',
  text: `UPDATE oauth_artifacts SET session_id = $2 WHERE uid_hash = $1 AND user_id = $3`,
};
/* Clients that describe themselves may write anything. */
const unwritable = /[\p{Cc}\p{Surrogate}]+/gu;
const noteGiven = {
  name: 'oauth.note_given',
  text: 'UPDATE oauth_grants SET session_id = $2, client_name = $3 WHERE hash = $1',
};
const compareWithSession = {
  name: 'oauth.compare_with_session',
  text: `SELECT s.auth_time >= a.created_at AS older FROM oauth_artifacts a, sessions s WHERE a.hash = $1 AND s.id = $2`,
};
const deleteExpired = {
  name: 'oauth.delete_expired_artifacts',
  text: `DELETE FROM oauth_artifacts WHERE hash IN (
           SELECT hash FROM oauth_artifacts WHERE expires_at < app_now() - interval '1 hour' LIMIT 500) RETURNING hash`,
};
