import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hostCookie, readCookie } from './cookies.js';

/** Secrets by which a browser is known again: one for each account that signed in there, the newest first. */
export const deviceCookieName = '__Host-gatehouse-device';

/** Accounts of one browser that are known again. */
const mostSecrets = 5;
/** What browsers keep a cookie for at most. */
const cookieSeconds = 400 * 86_400;
const secret = /^[A-Za-z0-9_-]{43}$/;

/** What the caller says to be known by: the cookie of a browser, or the member `deviceToken` of a client without. */
export function deviceSecrets(request: FastifyRequest): readonly string[] {
  const named = (request.body as Readonly<Record<string, unknown>> | null | undefined)?.['deviceToken'];
  if (typeof named === 'string') return secret.test(named) ? [named] : [];
  return cookieSecrets(request);
}

/** The secrets as they are stored and looked for. */
export const deviceHashes = (request: FastifyRequest): readonly Buffer[] =>
  deviceSecrets(request).map((value) => createHash('sha256').update(value).digest());

/**
 * Has the browser keep its secrets, and the new one with them, for another 400 days. Belongs to every successful
 * sign-in.
 * @param added undefined where the device was known already
 */
export function rememberDevice(reply: FastifyReply, added: string | undefined): void {
  const kept = cookieSecrets(reply.request);
  const secrets = added === undefined ? kept : [added, ...kept].slice(0, mostSecrets);
  if (secrets.length > 0) hostCookie(reply, deviceCookieName, secrets.join('.'), { maxAge: cookieSeconds });
}

function cookieSecrets(request: FastifyRequest): readonly string[] {
  const value = readCookie(request, deviceCookieName);
  if (value === undefined) return [];
  return value.split('.', mostSecrets).filter((part) => secret.test(part));
}
