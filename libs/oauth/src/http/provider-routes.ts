import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { HttpConfig, RuntimeConfig } from '@app/config';
import { OpenidProvider } from '../openid-provider.js';
import { ProviderRequests } from '../provider-request.js';
import { ProviderLimits } from './provider-limits.js';
import { mountProvider } from './provider-mount.js';

/** What clients may have browsers post, from their own pages. */
const postedPaths = new Set(['/oidc/auth', '/oidc/session/end']);

/** The OpenID Provider's own routes. */
@Injectable()
export class ProviderRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly provider: OpenidProvider,
    private readonly requests: ProviderRequests,
    private readonly http: HttpConfig,
    private readonly limits: ProviderLimits,
    private readonly runtime: RuntimeConfig,
  ) {}

  onModuleInit(): void {
    mountProvider(this.host.httpAdapter.getInstance<FastifyInstance>(), {
      origin: new URL(this.http.publicUrl),
      paths: ['/oidc/*', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
      browserPaths: /^\/oidc\/(auth|session|device)(\/|\?|$)/,
      posted: { paths: postedPaths, productName: this.runtime.productName },
      requests: this.requests,
      limits: this.limits,
      provider: () => this.provider.current(),
    });
  }
}
