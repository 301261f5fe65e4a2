import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problems } from '@app/http';
import { deferredLimit, RateLimitGuard, rateLimitKey, type RouteLimit } from './rate-limit.guard.js';

/**
 * Limits a route, by all rules in one statement. `by`:
 * - `address`: where the request comes from
 * - `user`: who is signed in
 * - `{ account: 'identifier' }`: what the body says in that member, folded as accounts are
 * - `{ pair: 'identifier' }`: that together with the address
 * - `{ device: 'identifier' }`: that together with the device that the caller presents, if any
 * - `{ value: 'refreshToken', upTo: '.' }`: that member as it is, cut before the first `upTo`
 */
export const RateLimit = (...limits: [RouteLimit, ...RouteLimit[]]): MethodDecorator =>
  applyDecorators(SetMetadata(rateLimitKey, limits), UseGuards(RateLimitGuard), Problems(429));

/** What a stranger is to be refused with; undefined where no limit of `strangersOnly` is passed. */
export const StrangersLimit = createParamDecorator((_: unknown, context: ExecutionContext) =>
  deferredLimit(context.switchToHttp().getRequest<FastifyRequest>()),
);
