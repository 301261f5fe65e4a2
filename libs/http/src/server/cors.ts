import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpConfig } from '@app/config';
import { isApiPath } from '../cross-site.js';

const readable =
  'RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id';
const preflightSeconds = '600';

/**
 * Lets the pages of exactly the configured origins call /v1, with cookies. Hosted pages and providers' endpoints
 * stay closed to them. Gives true where it answered a preflight.
 */
export function corsRule(config: HttpConfig): (request: FastifyRequest, reply: FastifyReply) => boolean {
  const allowed = new Set(config.corsOrigins);
  if (allowed.size === 0) return () => false;
  return (request, reply) => {
    if (!isApiPath(request.url)) return false;
    const { origin } = request.headers;
    void reply.header('vary', 'Origin');
    if (origin === undefined || !allowed.has(origin)) return false;
    void reply.header('access-control-allow-origin', origin);
    void reply.header('access-control-allow-credentials', 'true');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      void reply.header('access-control-expose-headers', readable);
      return false;
    }
    void reply
      .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', 'Authorization, Content-Type, X-Request-Id')
      .header('access-control-max-age', preflightSeconds)
      .code(204)
      .send();
    return true;
  };
}
