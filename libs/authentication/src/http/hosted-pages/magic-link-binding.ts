import type { FastifyRequest } from 'fastify';
import { isRandomToken } from '@app/crypto';
import { readCookie } from '@app/http';

export const bindingCookie = '__Host-gatehouse-magic-binding';

/** Seconds: longer than any link lives, the way of its mail included. */
export const bindingLifetime = 3600;

/** By what a browser shows that a link was asked for in it. */
export function bindingOf(request: FastifyRequest): string | undefined {
  const value = readCookie(request, bindingCookie);
  return value !== undefined && isRandomToken(value) ? value : undefined;
}
