import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { Problems } from '@app/http';
import { RateLimitGuard, rateLimitKey, type RouteLimit } from './rate-limit.guard.js';

/**
 * Limits a route, by all rules in one statement. `by`:
 * - `address`: where the request comes from
 * - `user`: who is signed in
 * - `{ account: 'identifier' }`: what the body says in that member, folded as accounts are
 * - `{ pair: 'identifier' }`: that together with the address
 * - `{ value: 'refreshToken', upTo: '.' }`: that member as it is, cut before the first `upTo`
 */
export const RateLimit = (...limits: [RouteLimit, ...RouteLimit[]]): MethodDecorator =>
  applyDecorators(SetMetadata(rateLimitKey, limits), UseGuards(RateLimitGuard), Problems(429));
