import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { clientAddress } from '../client-info.js';

/**
 * One line a request. It names the route's template, never the path, since paths and queries can hold tokens;
 * of a path that no route has, long parts are left out.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { log } = request;
  // Fastify's logger type lacks it; ours is pino's own.
  if (!(log as Logger).isLevelEnabled('info')) return;
  const route = request.routeOptions.url;
  log.info(
    {
      requestId: request.id,
      method: request.method,
      ...(route === undefined ? { path: redactedPath(request.url) } : { route }),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: clientAddress(request),
    },
    'request',
  );
}

/** The path without its query; parts that could be a token are left out, and so is what is too long for a line. */
export function redactedPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path
    .split('/')
    .map((part) => (part.length > 20 ? '…' : part))
    .join('/')
    .slice(0, 200);
}
