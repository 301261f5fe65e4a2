import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Ids from outside go to logs and audit rows, so only short plain ones are taken over. */
const sane = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The id in X-Request-Id where it is a sane one, else a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && sane.test(given) ? given : randomUUID();
}
