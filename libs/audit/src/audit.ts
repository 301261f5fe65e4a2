import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';
import type { AuditEvent } from './audit-event.js';
import { auditRows } from './audit-row.js';

const insertEvents = {
  name: 'audit.record',
  text: `INSERT INTO audit_events (type, user_id, actor_id, session_id, address, user_agent, request_id, data)
    SELECT type, user_id, actor_id, session_id, address, user_agent, request_id, data
    FROM jsonb_to_recordset($1::jsonb) AS event (type text, user_id bigint, actor_id bigint, session_id uuid,
      address inet, user_agent text, request_id text, data jsonb)`,
};

/** The append-only log of security events. */
@Injectable()
export class Audit {
  /**
   * Writes events in the transaction of the change they tell of, so that neither is there without the other.
   * One statement, however many events.
   */
  async record(tx: Tx, ...events: AuditEvent[]): Promise<void> {
    if (events.length > 0) await tx.run(insertEvents, [auditRows(events)]);
  }
}
