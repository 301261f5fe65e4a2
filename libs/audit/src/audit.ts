import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { AuditEvent } from './audit-event.js';
import { auditRows } from './audit-row.js';

/**
 * The INSERT of `Audit.record` for a statement that makes the change too (one round trip instead of four).
 * @param parameter what `auditRows` gave, as `$1`
 */
export const insertIntoAudit = (parameter: string): string => `
  INSERT INTO audit_events (type, user_id, actor_id, session_id, address, user_agent, request_id, data)
  SELECT type, user_id, actor_id, session_id, address, user_agent, request_id, data
  FROM jsonb_to_recordset(${parameter}::jsonb) AS event (type text, user_id bigint, actor_id bigint, session_id uuid,
    address inet, user_agent text, request_id text, data jsonb)`;

const insertEvents = { name: 'audit.record', text: insertIntoAudit('$1') };

/** The append-only log of security events. */
@Injectable()
export class Audit {
  constructor(private readonly database: Database) {}

  /**
   * Writes events in the transaction of the change they tell of, so that neither is there without the other.
   * One statement, however many events.
   */
  async record(tx: Tx, ...events: AuditEvent[]): Promise<void> {
    if (events.length > 0) await tx.run(insertEvents, [auditRows(events)]);
  }

  /** Writes an event that goes with no change: an attempt that failed. */
  async recordAttempt(event: AuditEvent): Promise<void> {
    await this.database.run(insertEvents, [auditRows([event])]);
  }
}
