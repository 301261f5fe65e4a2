import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { NewArtifact } from './artifacts.repository.js';

/** What one answer hands out: tokens of one client for one grant. */
export interface IssuedTokens {
  /** The code or refresh token that they are given for; null where the client's own word is enough. */
  readonly consumed: Buffer | null;
  readonly tokens: readonly [NewArtifact, ...NewArtifact[]];
}

@Injectable()
export class IssuedTokensRepository {
  constructor(private readonly database: Database) {}

  /**
   * Consumes what they are given for and stores them, or does neither, in one statement.
   * @returns false where another request consumed it, or the grant or the session they would end with is gone
   */
  async save({ consumed, tokens }: IssuedTokens): Promise<boolean> {
    const [{ issuer, grantHash, userId, clientId, endsWith }] = tokens;
    const rows = await this.database.run(issueTokens, [
      consumed,
      grantHash,
      endsWith.kind === 'browser' ? endsWith.uidHash : null,
      issuer,
      userId,
      clientId,
      endsWith.kind === 'session' ? endsWith.sessionId : null,
      tokens.map(({ hash }) => hash),
      tokens.map(({ model }) => model),
      tokens.map(({ sealed }) => sealed),
      tokens.map(({ lifetime }) => lifetime),
    ]);
    return rows.length > 0;
  }
}

/*
 * The grant is locked before what is consumed, as a revocation locks them; and either a revocation sees these rows, or
 * this sees that the grant is gone.
 */
const issueTokens = {
  name: 'oauth.issue_tokens',
  text: `WITH owner AS (
           SELECT access_valid_from FROM oauth_grants WHERE hash = $2 FOR KEY SHARE
         ), browser AS (
           SELECT session_id FROM oauth_artifacts WHERE uid_hash = $3
         ), consumed AS (
           UPDATE oauth_artifacts SET consumed_at = app_now()
           WHERE hash = $1 AND consumed_at IS NULL AND expires_at > app_now()
             AND ($2::bytea IS NULL OR EXISTS (SELECT FROM owner)) RETURNING hash
         )
         INSERT INTO oauth_artifacts (hash, issuer, model, grant_hash, user_id, client_id, session_id, sealed,
           access_valid_from, expires_at)
         SELECT t.hash, $4, t.model, $2, $5::bigint, $6, coalesce($7::uuid, (SELECT session_id FROM browser)), t.sealed,
           coalesce((SELECT access_valid_from FROM owner), (SELECT access_valid_from FROM users WHERE id = $5::bigint)),
           app_now() + t.lifetime * interval '1 second'
         FROM unnest($8::bytea[], $9::text[], $10::bytea[], $11::int[]) AS t (hash, model, sealed, lifetime)
         WHERE ($2::bytea IS NULL OR EXISTS (SELECT FROM owner))
           AND ($1::bytea IS NULL OR EXISTS (SELECT FROM consumed))
           AND ($3::bytea IS NULL OR EXISTS (SELECT FROM browser WHERE session_id IS NOT NULL))
         RETURNING hash`,
};
