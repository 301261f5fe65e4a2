import type { IncomingMessage } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpConfig } from '@app/config';
import { clientAddress } from '@app/http';
import { Limits, subject } from '@app/limits';
import { ProviderRequests } from '@app/oauth';
import { mountProvider, ProviderLimits } from '@app/oauth/http';
import { prepared } from '../asked-scope.js';
import { IndieauthProvider } from '../indieauth-provider.js';
import { issuerPath } from '../metadata.js';

const wellKnown = '/.well-known/oauth-authorization-server';

/** The IndieAuth provider's own routes. Its metadata has both forms that an issuer with a path has (RFC 8414). */
@Injectable()
export class IndieauthRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly provider: IndieauthProvider,
    private readonly requests: ProviderRequests,
    private readonly providerLimits: ProviderLimits,
    private readonly limits: Limits,
    private readonly http: HttpConfig,
  ) {}

  onModuleInit(): void {
    mountProvider(this.host.httpAdapter.getInstance<FastifyInstance>(), {
      origin: new URL(this.http.publicUrl),
      paths: [`${issuerPath}/*`, `${wellKnown}${issuerPath}`],
      browserPaths: /^\/indieauth\/auth(\/|\?|$)/,
      requests: this.requests,
      limits: this.providerLimits,
      provider: () => this.provider.current(),
      prepare: (request) => this.prepare(request),
    });
  }

  private async prepare(request: FastifyRequest): Promise<void> {
    const message: IncomingMessage & { originalUrl?: string } = request.raw;
    const url = request.url.startsWith(issuerPath) ? request.url.slice(issuerPath.length) : wellKnown;
    message.url = isAuthorization(url) ? await this.prepareAuthorization(request, url) : url;
    // From these two the library knows where it is mounted.
    message.originalUrl = issuerPath + message.url;
  }

  private async prepareAuthorization(request: FastifyRequest, url: string): Promise<string> {
    if (request.method === 'GET' || request.method === 'HEAD') {
      await this.limits.take([{ rule: 'indieauth.address', key: subject.address(clientAddress(request)) }]);
      return prepared(url);
    }
    if (request.method !== 'POST' && request.method !== 'OPTIONS') return url;
    // A code is redeemed there for who somebody is (IndieAuth section 5.3.1).
    this.provider.redeemForProfile(request.raw);
    return '/token';
  }
}

const isAuthorization = (url: string): boolean => /^\/auth(\?|$)/.test(url);
