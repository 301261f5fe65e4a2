import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database } from '@app/database';
import type { UserId } from '@app/users';
import type { Issuer } from './persistence/oauth-grant.entity.js';

/** A grant as it is stored: nothing of it is secret but the id. */
export interface NewGrant {
  readonly hash: Buffer;
  readonly issuer: Issuer;
  readonly userId: UserId;
  readonly clientId: string;
  readonly sessionId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly lifetime: number;
}

@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  /** Stores it with the record of it, or replaces what it allowed. */
  async save(grant: NewGrant, record: AuditEvent): Promise<void> {
    const { hash, issuer, userId, clientId, sessionId, payload, lifetime } = grant;
    await this.database.run(saveGrant, [
      hash,
      issuer,
      userId,
      clientId,
      sessionId,
      payload,
      lifetime,
      auditRows([record]),
    ]);
  }

  async find(hash: Buffer): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.database.run<{ payload: Record<string, unknown> }>(findGrant, [hash]);
    return row?.payload;
  }

  /** Revokes it and all that was handed out for it. The record is kept where there was something to revoke. */
  async revoke(hash: Buffer, record: Omit<AuditEvent, 'userId'>): Promise<void> {
    const { type, client, data = {} } = record;
    await this.database.run(revokeGrant, [hash, type, client.address, client.userAgent, client.requestId, data]);
  }

  /** Deletes a batch of those that expired an hour ago, with what was handed out for them. @returns how many */
  async deleteExpired(): Promise<number> {
    return (await this.database.run(deleteExpired)).length;
  }
}

const saveGrant = {
  name: 'oauth.save_grant',
  text: `WITH grant_row AS (
           INSERT INTO oauth_grants (hash, issuer, user_id, client_id, session_id, payload, access_valid_from, expires_at)
           SELECT $1, $2, id, $4, $5, $6, access_valid_from, app_now() + $7::int * interval '1 second'
           FROM users WHERE id = $3
           ON CONFLICT (hash) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at
         ) ${insertIntoAudit('$8')}`,
};
const findGrant = {
  name: 'oauth.find_grant',
  text: `SELECT g.payload FROM oauth_grants g JOIN users u ON u.id = g.user_id
         WHERE g.hash = $1 AND g.expires_at > app_now() AND u.status = 'active' AND g.access_valid_from = u.access_valid_from`,
};
const revokeGrant = {
  name: 'oauth.revoke_grant',
  text: `WITH gone AS (DELETE FROM oauth_grants WHERE hash = $1 RETURNING user_id, client_id, session_id, issuer)
         INSERT INTO audit_events (type, user_id, session_id, address, user_agent, request_id, data)
         SELECT $2, user_id, session_id, $3::inet, $4, $5,
           $6::jsonb || jsonb_build_object('clientId', client_id, 'issuer', issuer) FROM gone`,
};
const deleteExpired = {
  name: 'oauth.delete_expired_grants',
  text: `DELETE FROM oauth_grants WHERE hash IN (
           SELECT hash FROM oauth_grants WHERE expires_at < app_now() - interval '1 hour' LIMIT 500) RETURNING hash`,
};
