import { formatUserId } from '@app/users';
import type { App } from '../../support/app.js';

/** A security event, its user ids as the API writes them. */
export interface AuditRow {
  readonly type: string;
  readonly userId: string | null;
  readonly actorId: string | null;
  readonly sessionId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  readonly txid: string;
}

/** The audit log in its order; of some types where they are given. */
export async function auditTrail(app: App, ...types: string[]): Promise<AuditRow[]> {
  const rows = await app.sql<AuditRow>(
    `SELECT type, user_id AS "userId", actor_id AS "actorId", session_id AS "sessionId", host(address) AS address,
       user_agent AS "userAgent", request_id AS "requestId", data, occurred_at AS "occurredAt", txid::text
     FROM audit_events WHERE cardinality($1::text[]) = 0 OR type = ANY ($1) ORDER BY id`,
    [types],
  );
  const written = (id: string | null): string | null => (id === null ? null : formatUserId(id));
  return rows.map((row) => ({ ...row, userId: written(row.userId), actorId: written(row.actorId) }));
}

/** The events of one account, in their order. */
export async function trailOf(app: App, userId: string): Promise<AuditRow[]> {
  return (await auditTrail(app)).filter((row) => row.userId === userId);
}
