import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { clientInfo, sessionCookie } from '@app/http';
import { postingPageContentSecurityPolicy } from '@app/pages';
import type { ProviderRequests } from '../provider-request.js';
import { answerPosted } from './posted-request.js';
import type { ProviderLimits } from './provider-limits.js';

/** How a provider is put under paths of the server. */
export interface ProviderMount {
  readonly origin: URL;
  readonly paths: readonly string[];
  /** Paths that browsers open: what they do depends on who is signed in there. The others never look at a cookie. */
  readonly browserPaths: RegExp;
  readonly requests: ProviderRequests;
  provider(): Provider;
  /** Paths that a client may have a browser post to, and the name that a page of refusal bears. */
  readonly posted?: { readonly paths: ReadonlySet<string>; readonly productName: string };
  /** Whether a request is one too many; then it is answered. */
  readonly limits: Pick<ProviderLimits, 'refuse'>;
  /** Runs before the provider; what it throws is answered in its place. */
  prepare?(request: FastifyRequest): Promise<void>;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'];
/** A provider sends its own, made for what it answers. */
const ownHeaders = new Set(['content-security-policy', 'cache-control']);

/** Hands what is the provider's to it: it reads the body and writes the answer by itself. */
export function mountProvider(server: FastifyInstance, mount: ProviderMount): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    for (const url of mount.paths) {
      scope.route({ method: methods, url, handler: (request, reply) => serve(mount, request, reply) });
    }
    done();
  });
}

async function serve(mount: ProviderMount, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const message = request.raw;
  const cookie = mount.browserPaths.test(request.url) ? sessionCookie(request) : null;
  mount.requests.begin(message, clientInfo(request), cookie);
  if (await mount.limits.refuse(request, reply)) return;
  if (request.method === 'POST' && mount.posted?.paths.has(request.url.split('?', 1)[0] ?? '')) {
    return answerPosted(request, reply, mount.posted.productName);
  }
  speakOfPublicUrl(mount.origin, message, request.ip);
  await mount.prepare?.(request);
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined && !ownHeaders.has(name)) reply.raw.setHeader(name, value);
  }
  reply.raw.setHeader('content-security-policy', postingPageContentSecurityPolicy);
  void handlerOf(mount.provider())(message, reply.raw);
}

const handlers = new WeakMap<Provider, ReturnType<Provider['callback']>>();

/** Made once a provider: it puts all its layers together. */
function handlerOf(provider: Provider): ReturnType<Provider['callback']> {
  const known = handlers.get(provider);
  if (known) return known;
  const handler = provider.callback();
  handlers.set(provider, handler);
  return handler;
}

/** The provider makes addresses from these; whatever a caller wrote there is gone. */
function speakOfPublicUrl(origin: URL, { headers }: IncomingMessage, ip: string): void {
  headers['x-forwarded-host'] = origin.host;
  headers['x-forwarded-proto'] = origin.protocol.slice(0, -1);
  headers['x-forwarded-for'] = ip;
}
