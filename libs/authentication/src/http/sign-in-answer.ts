import type { FastifyReply } from 'fastify';
import { hostCookie, rememberDevice, sessionCookieName } from '@app/http';
import type { SignedIn } from '@app/sessions';
import type { SignInResult } from '../sign-in-completion.js';
import type { AnySignInDto, AuthenticatedDto } from './authentication.dto.js';

/** The answer to a sign-in; where a cookie carries the session, it is set on the reply, and so is the device's. */
export function signInAnswer(result: SignInResult, reply: FastifyReply): AnySignInDto {
  if (result.status === 'password_change_required') {
    const { id, expiresAt } = result.challenge;
    return { status: result.status, challenge: { id, expiresAt: expiresAt.toISOString() } };
  }
  if (result.status === 'mfa_required') {
    const { id, methods, expiresAt } = result.challenge;
    return { status: result.status, challenge: { id, methods, expiresAt: expiresAt.toISOString() } };
  }
  const { session } = result;
  rememberDevice(reply, session.device);
  return { status: result.status, ...carried(session, reply), session: sessionOf(session) };
}

function carried(
  { carried: by, expiresAt, authTime, device }: SignedIn,
  reply: FastifyReply,
): Partial<AuthenticatedDto> {
  if (by.by === 'tokens') return { ...by.tokens, ...(device === undefined ? {} : { deviceToken: device }) };
  const maxAge = Math.floor((expiresAt.getTime() - authTime.getTime()) / 1000);
  hostCookie(reply, sessionCookieName, by.cookie, { maxAge });
  return {};
}

/** Gives the browser the session that a page opened for it. */
export function carryByCookie(session: SignedIn, reply: FastifyReply): void {
  carried(session, reply);
}

function sessionOf(session: SignedIn): AuthenticatedDto['session'] {
  const { id, authTime, expiresAt } = session;
  return { id, authTime: authTime.toISOString(), expiresAt: expiresAt.toISOString() };
}
