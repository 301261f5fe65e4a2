import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpConfig } from '@app/config';
import { clientInfo, sessionCookie } from '@app/http';
import { OpenidProvider } from '../openid-provider.js';
import { ProviderRequests } from '../provider-request.js';

/** Paths that browsers open: what they do depends on who is signed in there. The others never look at a cookie. */
const browserPaths = /^\/oidc\/(auth|session|device)(\/|\?|$)/;
const paths = ['/oidc/*', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'];
/** Of the pages: a provider sends its own, made for what it answers. */
const ownHeaders = new Set(['content-security-policy', 'cache-control']);

/** Hands what is the provider's to it: it reads the body and writes the answer by itself. */
@Injectable()
export class ProviderRoutes implements OnModuleInit {
  private readonly origin: URL;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly provider: OpenidProvider,
    private readonly requests: ProviderRequests,
    http: HttpConfig,
  ) {
    this.origin = new URL(http.publicUrl);
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    void server.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      for (const url of paths)
        scope.route({ method: methods, url, handler: (request, reply) => this.serve(request, reply) });
      done();
    });
  }

  private serve(request: FastifyRequest, reply: FastifyReply): void {
    const message = request.raw;
    const cookie = browserPaths.test(request.url) ? sessionCookie(request) : null;
    this.requests.begin(message, clientInfo(request), cookie);
    this.speakOfPublicUrl(request);
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined && !ownHeaders.has(name)) reply.raw.setHeader(name, value);
    }
    void this.provider.current().callback()(message, reply.raw);
  }

  /** The provider makes addresses from these; whatever a caller wrote there is gone. */
  private speakOfPublicUrl({ raw: { headers }, ip }: FastifyRequest): void {
    headers['x-forwarded-host'] = this.origin.host;
    headers['x-forwarded-proto'] = this.origin.protocol.slice(0, -1);
    headers['x-forwarded-for'] = ip;
  }
}
