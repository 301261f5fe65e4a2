import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeConfig } from '@app/config';
import { clientAddress, sessionCookie } from '@app/http';
import { type LimitHit, type LimitName, Limits, type LimitState, subject } from '@app/limits';
import { pageHeaders, ProblemPage, renderPage } from '@app/pages';
import { Clients } from '../clients.service.js';
import { tokenPath } from '../provider-configuration.js';
import { ProviderRequests } from '../provider-request.js';

const userCodePath = '/oidc/device';

/** What is counted by address. Each of them makes rows, or costs signatures. */
const byAddress: Readonly<Record<string, LimitName>> = {
  [tokenPath]: 'oauth_token.address',
  '/oidc/request': 'oauth_token.address',
  '/oidc/device/auth': 'oauth_device.address',
  [userCodePath]: 'oauth_user_code.address',
  '/oidc/reg': 'oauth_registration.address',
  '/indieauth/token': 'oauth_token.address',
  // Redeems codes for who somebody is (IndieAuth section 5.3.1).
  '/indieauth/auth': 'oauth_token.address',
};

/** Longer names are refused by the provider; a hash of a longer one would only cost time. */
const longest = 512;

/** Limits of what a provider answers by itself, counted before it runs. */
@Injectable()
export class ProviderLimits {
  constructor(
    private readonly limits: Limits,
    private readonly runtime: RuntimeConfig,
    private readonly clients: Clients,
    private readonly requests: ProviderRequests,
  ) {}

  /** @returns whether the request was one too many; then it is answered */
  async refuse(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const hits = hitsOf(request);
    if (hits.length === 0) return false;
    const { exceeded, resetSeconds } = await this.count(request, hits);
    if (!exceeded) return false;
    void reply.code(429).header('retry-after', String(resetSeconds)).header('cache-control', 'no-store');
    if (pathOf(request) === userCodePath) this.answerPage(reply, request.id);
    else
      void reply.send({ error: 'temporarily_unavailable', error_description: 'Too many requests. Try again later.' });
    return true;
  }

  /** With the client that the request names, where the OpenID Provider will ask for it next. */
  private async count(request: FastifyRequest, hits: readonly LimitHit[]): Promise<LimitState> {
    const provided = this.requests.of(request.raw);
    const named = clientNamed(request);
    if (!provided || named === undefined || pathOf(request) !== tokenPath) return this.limits.count(hits);
    const { limit, client } = await this.clients.forProviderCounting(named, hits);
    if (client) provided.clients.set(named, client);
    return limit;
  }

  private answerPage(reply: FastifyReply, requestId: string): void {
    const { productName } = this.runtime;
    const title = 'Too many codes';
    const detail = 'Too many codes were typed here. Wait some minutes, then let your device show a new one.';
    const body = ProblemPage({ title, detail, requestId });
    void reply.headers({ ...pageHeaders }).send(renderPage({ title, productName }, body));
  }
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? '';

function hitsOf(request: FastifyRequest): LimitHit[] {
  const path = pathOf(request);
  const rule = Object.hasOwn(byAddress, path) ? byAddress[path] : undefined;
  if (request.method !== 'POST' || rule === undefined) return [];
  const address = clientAddress(request);
  const hits: LimitHit[] = [{ rule, key: subject.address(address) }];
  const client = clientNamed(request);
  // By the client together with the address: nobody shuts a client out by naming it.
  if (rule === 'oauth_token.address' && client !== undefined) {
    hits.push({ rule: 'oauth_token.client', key: subject.pair(client, address) });
  }
  const session = path === userCodePath ? sessionCookie(request) : undefined;
  if (session !== undefined) hits.push({ rule: 'oauth_user_code.session', key: session.slice(0, longest) });
  return hits;
}

/** The client that a request says it is of, in the header of RFC 6749 section 2.3.1. */
function clientNamed({ headers: { authorization } }: FastifyRequest): string | undefined {
  const [, credentials] = /^basic ([a-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
  if (credentials === undefined) return undefined;
  return Buffer.from(credentials.slice(0, longest * 4), 'base64')
    .toString()
    .split(':', 1)[0]
    ?.slice(0, longest);
}
