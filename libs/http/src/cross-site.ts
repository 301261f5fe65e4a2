import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpConfig } from '@app/config';
import { AppError } from '@app/errors';
import { sessionCookie } from './cookies.js';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A browser asks first (CORS preflight) before it sends these to another origin, whatever their body. */
const preflighted = new Set(['PUT', 'PATCH', 'DELETE']);

/**
 * Whether a request that could change state comes from where it may: a browser adds the session cookie to
 * requests that other sites begin, so the cookie alone proves nothing.
 */
@Injectable()
export class CrossSiteRule {
  private readonly own: string;
  private readonly cors: ReadonlySet<string>;

  constructor(config: HttpConfig) {
    this.own = new URL(config.publicUrl).origin;
    this.cors = new Set(config.corsOrigins);
  }

  /** undefined, or why a request that rides on the session cookie is refused. */
  refusal(request: FastifyRequest): AppError | undefined {
    if (safe.has(request.method)) return undefined;
    // Nothing rides on the cookie where an Authorization header wins over it.
    if (request.headers.authorization !== undefined || sessionCookie(request) === undefined) return undefined;
    return this.comesFromHere(request) ? undefined : crossSite();
  }

  /** For requests that matter without a session too, such as forms before sign-in. */
  comesFromHere(request: FastifyRequest): boolean {
    const { origin } = request.headers;
    if (request.headers['sec-fetch-site'] === 'same-origin') return true;
    if (origin === undefined) return false;
    if (origin === this.own) return true;
    return this.cors.has(origin) && isApiPath(request.url) && neverSimple(request);
  }
}

export const isApiPath = (url: string): boolean => url.startsWith('/v1/');

function neverSimple(request: FastifyRequest): boolean {
  return preflighted.has(request.method) || /^application\/json\b/i.test(request.headers['content-type'] ?? '');
}

const crossSite = (): AppError =>
  new AppError('forbidden', 'http.cross_site_request', 'A request with a cookie must come from this site.');
