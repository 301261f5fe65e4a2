import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeConfig } from '@app/config';
import { clientAddress, sessionCookie } from '@app/http';
import { type LimitHit, type LimitName, Limits, subject } from '@app/limits';
import { pageHeaders, ProblemPage, renderPage } from '@app/pages';

/** What is counted by address, by the end of the path. Each of them makes rows, or costs signatures. */
const byAddress: Readonly<Record<string, LimitName>> = {
  token: 'oauth_token.address',
  request: 'oauth_token.address',
  'device/auth': 'oauth_device.address',
  device: 'oauth_user_code.address',
  reg: 'oauth_registration.address',
};

/** Longer names are refused by the provider; a hash of a longer one would only cost time. */
const longest = 512;

/** Limits of what a provider answers by itself, counted before it runs. */
@Injectable()
export class ProviderLimits {
  constructor(
    private readonly limits: Limits,
    private readonly runtime: RuntimeConfig,
  ) {}

  /** @returns whether the request was one too many; then it is answered */
  async refuse(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const hits = hitsOf(request);
    if (hits.length === 0) return false;
    const { exceeded, resetSeconds } = await this.limits.count(hits);
    if (!exceeded) return false;
    void reply.code(429).header('retry-after', String(resetSeconds)).header('cache-control', 'no-store');
    if (endpointOf(request) === 'device') this.answerPage(reply, request.id);
    else
      void reply.send({ error: 'temporarily_unavailable', error_description: 'Too many requests. Try again later.' });
    return true;
  }

  private answerPage(reply: FastifyReply, requestId: string): void {
    const { productName } = this.runtime;
    const title = 'Too many codes';
    const detail = 'Too many codes were typed here. Wait some minutes, then let your device show a new one.';
    const body = ProblemPage({ title, detail, requestId });
    void reply.headers({ ...pageHeaders }).send(renderPage({ title, productName }, body));
  }
}

/** The path without the issuer's part of it and the query: `token` for `/oidc/token`. */
const endpointOf = ({ url }: FastifyRequest): string => /^\/[a-z]+\/([a-z/]+)(\?|$)/.exec(url)?.[1] ?? '';

function hitsOf(request: FastifyRequest): LimitHit[] {
  const endpoint = endpointOf(request);
  const rule = byAddress[endpoint];
  if (request.method !== 'POST' || rule === undefined) return [];
  const address = clientAddress(request);
  const hits: LimitHit[] = [{ rule, key: subject.address(address) }];
  const client = clientNamed(request);
  // By the client together with the address: nobody shuts a client out by naming it.
  if (rule === 'oauth_token.address' && client !== undefined) {
    hits.push({ rule: 'oauth_token.client', key: subject.pair(client, address) });
  }
  const session = endpoint === 'device' ? sessionCookie(request) : undefined;
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
