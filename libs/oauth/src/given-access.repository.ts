import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import type { Granted } from './persistence/oauth-consent.entity.js';
import type { Issuer } from './persistence/oauth-grant.entity.js';

/** A consent, or a grant of one sign-in, as it is stored. */
export interface GivenAccess {
  readonly clientId: string;
  /** As it is registered, or called itself when it was allowed this. */
  readonly clientName: string | null;
  readonly firstParty: boolean;
  /** Of a consent. */
  readonly granted: Granted | null;
  /** Of a grant: as a provider writes it. */
  readonly payload: GrantPayload | null;
  readonly issuer: Issuer | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** The session it was given in, while that lives. */
  readonly sessionId: string | null;
}

export interface GrantPayload {
  readonly openid?: { readonly scope?: string; readonly claims?: readonly string[] };
  readonly resources?: Readonly<Record<string, string>>;
}

/** What a user lets applications do. */
@Injectable()
export class GivenAccessRepository {
  constructor(private readonly database: Database) {}

  /** The consents and the grants in force; the oldest first. */
  async list(userId: UserId): Promise<GivenAccess[]> {
    return this.database.run<GivenAccess>(listGiven, [userId]);
  }

  /**
   * Takes back what one client was given: its grants, with all that was handed out for them, and the consent.
   * @param key SHA-256 of the client's id
   * @returns the client; undefined where it had nothing
   */
  async revoke(tx: Tx, userId: UserId, key: Buffer): Promise<{ clientId: string; grants: number } | undefined> {
    const [row] = await tx.run<{ clientId: string; grants: number }>(revokeGiven, [userId, key]);
    return row;
  }
}

const listGiven = {
  name: 'oauth.list_given_access',
  text: `SELECT given.*, coalesce(c.metadata->>'client_name', given."nameThen") AS "clientName", coalesce(c.first_party, false) AS "firstParty"
         FROM (
           SELECT client_id AS "clientId", granted, NULL::jsonb AS payload, NULL AS issuer, created_at AS "createdAt",
             NULL::timestamptz AS "lastUsedAt", NULL::uuid AS "sessionId", NULL AS "nameThen"
           FROM oauth_consents WHERE user_id = $1
           UNION ALL
           SELECT g.client_id, NULL, g.payload, g.issuer, g.created_at,
             (SELECT max(a.created_at) FROM oauth_artifacts a WHERE a.grant_hash = g.hash), s.id, g.client_name
           FROM oauth_grants g JOIN users u ON u.id = g.user_id
             LEFT JOIN sessions s ON s.id = g.session_id AND s.ended_at IS NULL AND s.expires_at > app_now()
               AND s.idle_expires_at > app_now()
           WHERE g.user_id = $1 AND g.expires_at > app_now() AND g.access_valid_from = u.access_valid_from
         ) given LEFT JOIN oauth_clients c ON c.id = given."clientId"
         ORDER BY "createdAt", "clientId" LIMIT 2000`,
};
const ofClient = `user_id = $1 AND sha256(convert_to(client_id, 'UTF8')) = $2`;
const revokeGiven = {
  name: 'oauth.revoke_given_access',
  text: `WITH grants AS (DELETE FROM oauth_grants WHERE ${ofClient} RETURNING client_id, 1 AS grant_row),
           consents AS (DELETE FROM oauth_consents WHERE ${ofClient} RETURNING client_id, NULL::int AS grant_row)
         SELECT client_id AS "clientId", count(grant_row)::int AS grants
         FROM (SELECT * FROM grants UNION ALL SELECT * FROM consents) gone GROUP BY client_id`,
};
