import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { FetchRefused } from './fetch-refused.js';

/** One request, to an address that was resolved and judged before. */
export interface WireRequest {
  readonly url: URL;
  readonly address: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/**
 * Sends one request to this address and no other: the name is not resolved again. TLS still proves the name.
 * @throws FetchRefused
 */
export function send(wire: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(asRefusal(error, wire.signal));
    const request = open(wire);
    request.once('error', fail);
    request.once('response', (message) => {
      collect(message, wire.maxBytes).then(
        (body) => resolve({ status: message.statusCode ?? 0, headers: headersOf(message), body }),
        (error: unknown) => {
          request.destroy();
          fail(error);
        },
      );
    });
    request.end(wire.body);
  });
}

function open({ url, address, method, headers, signal }: WireRequest): ClientRequest {
  const family = isIPv6(address) ? 6 : 4;
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return request(url, {
    method,
    headers,
    signal,
    agent: false,
    lookup: (_host, options, done) => (options.all ? done(null, [{ address, family }]) : done(null, address, family)),
  });
}

async function collect(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): FetchRefused => new FetchRefused('too_large', `The answer has more than ${maxBytes} bytes.`);
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function asRefusal(error: unknown, signal: AbortSignal): FetchRefused {
  if (error instanceof FetchRefused) return error;
  if (signal.aborted) return new FetchRefused('timeout', 'No whole answer came in time.', { cause: error });
  return new FetchRefused('unreachable', 'No answer came.', { cause: error });
}
