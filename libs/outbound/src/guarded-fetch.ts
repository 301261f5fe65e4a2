import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { OutboundConfig } from '@app/config';
import { FetchRefused } from './fetch-refused.js';
import { NameResolver } from './name-resolver.js';
import { Reachable } from './special-use.js';
import { send, type WireAnswer } from './wire.js';

export interface FetchLimits {
  /** Media types that will do, in the order they are asked for. */
  readonly accept: readonly string[];
  readonly maxBytes: number;
  /** For everything: names, redirects, the whole body. */
  readonly timeoutMs: number;
}

export interface Fetched {
  /** Where the answer came from, after redirects within the host. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Without parameters, in lower case. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request of any kind, for libraries that bring their own. */
export interface GuardedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Redirects that are followed within the host. */
  readonly redirects: number;
}

/**
 * Fetches addresses that others gave. A name is resolved once and the connection goes to what was found then, if it
 * may be reached (against DNS rebinding); no redirect leaves the host; size and time are limited.
 */
@Injectable()
export class GuardedFetch {
  private readonly reachable: Reachable;

  constructor(
    private readonly resolver: NameResolver,
    config: OutboundConfig,
  ) {
    this.reachable = new Reachable(config.fetchAllow);
  }

  /** The document at an address, of one of the wanted types where it is there (2xx). @throws FetchRefused */
  async get(address: string, { accept, maxBytes, timeoutMs }: FetchLimits): Promise<Fetched> {
    const headers = { accept: accept.join(', '), 'user-agent': userAgent };
    const found = await this.request(address, { method: 'GET', headers, maxBytes, timeoutMs, redirects: 3 });
    const contentType = (found.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (found.status >= 200 && found.status < 300 && !accept.includes(contentType)) {
      throw new FetchRefused('content_type', `It is ${contentType || 'of no type'}, not ${accept.join(' or ')}.`);
    }
    return { ...found, contentType };
  }

  /** @throws FetchRefused */
  async request(address: string, request: GuardedRequest): Promise<WireAnswer & { readonly url: string }> {
    const signal = AbortSignal.timeout(request.timeoutMs);
    let url = webAddress(address);
    for (let hops = 0; ; hops += 1) {
      const target = await this.addressOf(url, signal);
      const answer = await send({ ...request, body: request.body, url, address: target, signal });
      const location = isRedirect(answer.status) ? answer.headers.get('location') : null;
      if (location === null || request.redirects === 0) return { ...answer, url: url.href };
      if (hops >= request.redirects) throw new FetchRefused('redirect_refused', 'It leads on and on.');
      url = sameHost(url, location);
    }
  }

  /** Whether a host may be fetched from, and what it resolved to. */
  async judge(host: string): Promise<{ readonly addresses: readonly string[]; readonly allowed: boolean }> {
    const literal = withoutBrackets(host);
    const addresses = isIP(literal) ? [literal] : await this.resolver.addresses(host);
    return { addresses, allowed: addresses.length > 0 && addresses.every((one) => this.reachable.has(one)) };
  }

  private async addressOf(url: URL, signal: AbortSignal): Promise<string> {
    const { addresses, allowed } = await within(signal, this.judge(url.hostname));
    const [first] = addresses;
    if (first === undefined) throw new FetchRefused('unreachable', 'There is no such host.');
    // One forbidden address among good ones is how a name is made to lead inside.
    if (!allowed) throw new FetchRefused('address_refused', 'This host may not be reached.');
    return addresses.find((one) => isIP(one) === 4) ?? first;
  }
}

const userAgent = 'Gatehouse';

const withoutBrackets = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host);

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url && isWeb && url.username === '' && url.password === '') return url;
  throw new FetchRefused('address_refused', 'Only http and https addresses without user info are fetched.');
}

/** To TLS on the same host a redirect may lead, back it may not. */
function sameHost(from: URL, location: string): URL {
  if (!URL.canParse(location, from)) throw new FetchRefused('redirect_refused', 'It leads nowhere.');
  const to = webAddress(new URL(location, from).href);
  const upgrade = from.protocol === 'http:' && from.port === '' && to.protocol === 'https:' && to.port === '';
  if (to.host === from.host && (to.protocol === from.protocol || upgrade)) return to;
  throw new FetchRefused('redirect_refused', 'It leads to another host.');
}

async function within<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_resolve, reject) => {
    const refuse = (): void => reject(new FetchRefused('timeout', 'The name was not resolved in time.'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof FetchRefused) throw error;
    throw new FetchRefused('unreachable', 'The name of the host was not resolved.', { cause: error });
  }
}
