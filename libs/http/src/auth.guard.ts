import { type CanActivate, type ExecutionContext, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '@app/errors';
import { type Access, accessKey, freshKey, recoveryKey } from './access.js';
import { Authenticator, Freshness, type Principal } from './authenticator.js';
import { sessionCookie } from './cookies.js';

const signedIn: Access = {};

/** Denies by default: a route without `@Public()` needs credentials that the Authenticator knows. */
@Injectable()
export class AuthGuard implements CanActivate, OnModuleInit {
  private authenticator: Authenticator | undefined;
  private freshness: Freshness | undefined;
  /** A route's rule never changes, and reading its metadata costs more than the rest of this guard. */
  private readonly rules = new WeakMap<object, Access>();

  constructor(private readonly modules: ModuleRef) {}

  onModuleInit(): void {
    // An application without sessions has neither: every route that is not open stays shut.
    this.authenticator = this.find(Authenticator);
    this.freshness = this.find(Freshness);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.ruleOf(context);
    if (access.anyone && !access.recognise) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.principalOf(request);
    request.principal = principal;
    if (access.anyone) return true;
    if (!principal) throw new AppError('unauthenticated', 'http.unauthenticated', 'Sign in to use this resource.');
    if (access.roles && !access.roles.some((role) => principal.roles.includes(role))) {
      request.log.warn(
        { requestId: request.id, userId: principal.userId, route: request.routeOptions.url, needs: access.roles },
        'authorization refused',
      );
      throw new AppError('forbidden', 'http.forbidden', 'This account may not use this resource.');
    }
    if (principal.recovery && !access.recovery) throw inRecovery();
    if (access.fresh) await this.assertFresh(principal);
    return true;
  }

  private async assertFresh(principal: Principal): Promise<void> {
    if (!this.freshness) throw new Error('a route is @Fresh() and nothing knows what is fresh');
    await this.freshness.assert(principal);
  }

  private find<T>(port: abstract new () => T): T | undefined {
    try {
      return this.modules.get<T>(port, { strict: false });
    } catch {
      return undefined;
    }
  }

  private async principalOf(request: FastifyRequest): Promise<Principal | null> {
    if (!this.authenticator) return null;
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = bearerToken(authorization);
      return bearer === undefined ? null : this.authenticator.authenticate({ bearer });
    }
    const cookie = sessionCookie(request);
    return cookie === undefined ? null : this.authenticator.authenticate({ cookie });
  }

  private ruleOf(context: ExecutionContext): Access {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (!rule) {
      const read = (key: string): unknown =>
        Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, context.getClass());
      rule = {
        ...((read(accessKey) as Access | undefined) ?? signedIn),
        fresh: read(freshKey) === true,
        recovery: read(recoveryKey) === true,
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}

const inRecovery = (): AppError =>
  new AppError('forbidden', 'http.recovery_session', 'This session may only set up new factors. Sign in again after.');

/** RFC 6750 section 2.1; the scheme's case does not matter (RFC 9110 section 11.1). */
function bearerToken(authorization: string): string | undefined {
  const space = authorization.indexOf(' ');
  if (space < 0 || authorization.slice(0, space).toLowerCase() !== 'bearer') return undefined;
  const token = authorization.slice(space + 1).trim();
  return token === '' ? undefined : token;
}
