import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress, deviceSecrets } from '@app/http';
import type { LimitName } from '../limit-rules.js';
import { type LimitHit, Limits, type LimitState, Throttled, tighter } from '../limits.js';
import { subject } from '../subject.js';

export const rateLimitKey = 'gatehouse:rate-limit';

type By =
  | 'address'
  | 'user'
  | { readonly account: string }
  | { readonly pair: string }
  | { readonly device: string }
  | { readonly value: string; readonly upTo?: string };

export interface RouteLimit {
  readonly rule: LimitName;
  readonly by: By;
  /** Shuts out no device that the account knows: the route asks `StrangersLimit`, once it knows whether it does. */
  readonly strangersOnly?: true;
}

/** Longer values are refused by every input rule; a hash of a longer one would only cost time. */
const longest = 512;

/** Counts before the input is judged, so that wrong input is limited too. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly limits: Limits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const routeLimits = this.reflector.get<RouteLimit[]>(rateLimitKey, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const hits = routeLimits.flatMap((limit) => hitOf(limit, request));
    if (hits.length === 0) return true;
    const states = await this.limits.countEach(hits);
    const deferred = deviceSecrets(request).length > 0 ? strangersRules(routeLimits) : [];
    const [first, ...others] = states.filter(({ rule }) => !deferred.includes(rule));
    if (first) {
      const state = others.reduce(tighter, first);
      tell(reply, state);
      if (state.exceeded) throw new Throttled(state);
    }
    const forStrangers = states.find(({ rule, exceeded }) => exceeded && deferred.includes(rule));
    if (forStrangers) deferrals.set(request, new Throttled(forStrangers));
    return true;
  }
}

/** Limits that are passed, and shut out everybody but devices that the account knows. */
const deferrals = new WeakMap<FastifyRequest, Throttled>();

export const deferredLimit = (request: FastifyRequest): Throttled | undefined => deferrals.get(request);

const strangersRules = (limits: readonly RouteLimit[]): readonly LimitName[] =>
  limits.filter(({ strangersOnly }) => strangersOnly).map(({ rule }) => rule);

function hitOf({ rule, by }: RouteLimit, request: FastifyRequest): LimitHit[] {
  const key = keyOf(by, request);
  return key === undefined ? [] : [{ rule, key }];
}

function keyOf(by: By, request: FastifyRequest): string | undefined {
  if (by === 'address') return subject.address(clientAddress(request));
  if (by === 'user') return request.principal?.userId;
  const name = 'account' in by ? by.account : 'pair' in by ? by.pair : 'device' in by ? by.device : by.value;
  // Not judged yet: where it is no text, the input rules refuse the request.
  const given = (request.body as Record<string, unknown> | null | undefined)?.[name];
  if (typeof given !== 'string') return undefined;
  const value = given.slice(0, longest);
  if ('account' in by) return subject.account(value);
  if ('pair' in by) return subject.pair(value, clientAddress(request));
  if ('device' in by) return deviceKey(value, request);
  return by.upTo === undefined ? value : (value.split(by.upTo, 1)[0] ?? value);
}

/** Undefined where no device is presented: then there is nothing to count. */
function deviceKey(account: string, request: FastifyRequest): string | undefined {
  const secrets = deviceSecrets(request);
  return secrets.length === 0 ? undefined : `${subject.account(account)}\n${secrets.join('.')}`;
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers-07. */
function tell(reply: FastifyReply, state: LimitState): void {
  void reply
    .header('ratelimit-limit', String(state.limit))
    .header('ratelimit-remaining', String(state.remaining))
    .header('ratelimit-reset', String(state.resetSeconds))
    .header('ratelimit-policy', `${state.limit};w=${state.windowSeconds}`);
}
