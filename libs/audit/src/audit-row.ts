import { isIP } from 'node:net';
import type { AuditEvent } from './audit-event.js';

const longestText = 512;

/** jsonb takes neither NUL nor half of a surrogate pair, and input that holds one must not stop the log. */
const unstorable = /\0|\p{Surrogate}/gu;

const storable = (text: string): string => text.replace(unstorable, '\uFFFD');

const short = (text: string | null): string | null => (text === null ? null : text.slice(0, longestText));

/** An address that PostgreSQL's inet takes: without an IPv6 zone; null for what a proxy made up. */
export function inetOf(address: string | null): string | null {
  const plain = address?.split('%')[0] ?? '';
  return isIP(plain) === 0 ? null : plain;
}

/** The events as one JSON array with the columns' names, for one INSERT. */
export function auditRows(events: readonly AuditEvent[]): string {
  const rows = events.map(({ client, ...event }) => ({
    type: event.type,
    user_id: event.userId ?? null,
    actor_id: event.actorId ?? null,
    session_id: event.sessionId ?? null,
    address: inetOf(client.address),
    user_agent: short(client.userAgent),
    request_id: short(client.requestId),
    data: event.data ?? {},
  }));
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}
