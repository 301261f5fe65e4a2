import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-`: sent back only over https (or loopback), only to this very host, never set by a sibling domain. */
export const sessionCookieName = '__Host-gatehouse-session';

export interface HostCookieOptions {
  /** Seconds; without it the cookie ends with the browser. */
  readonly maxAge?: number;
  readonly sameSite?: 'Lax' | 'Strict';
}

/** The value of a cookie of this request. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  let start = 0;
  while (start < cookie.length) {
    let end = cookie.indexOf(';', start);
    if (end < 0) end = cookie.length;
    const equals = cookie.indexOf('=', start);
    if (equals > 0 && equals < end && cookie.slice(start, equals).trim() === name) {
      return cookie.slice(equals + 1, end).trim();
    }
    start = end + 1;
  }
  return undefined;
}

export const sessionCookie = (request: FastifyRequest): string | undefined => readCookie(request, sessionCookieName);

/**
 * Sets a `__Host-` cookie: Secure, HttpOnly, SameSite, for the whole host.
 * @throws TypeError for a name without the prefix or a value that a cookie cannot hold.
 */
export function hostCookie(reply: FastifyReply, name: string, value: string, options: HostCookieOptions = {}): void {
  if (!/^__Host-[A-Za-z0-9_-]+$/.test(name)) throw new TypeError('The name of a host cookie begins with __Host-');
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value)) throw new TypeError('Not a cookie value');
  const age = options.maxAge === undefined ? '' : `; Max-Age=${Math.floor(options.maxAge)}`;
  const cookie = `${name}=${value}; Path=/${age}; HttpOnly; Secure; SameSite=${options.sameSite ?? 'Lax'}`;
  // Fastify collects Set-Cookie headers instead of replacing them.
  void reply.header('set-cookie', cookie);
}

/** Makes the browser forget a cookie set by hostCookie. */
export function clearHostCookie(reply: FastifyReply, name: string): void {
  hostCookie(reply, name, '', { maxAge: 0 });
}
