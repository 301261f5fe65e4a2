import type { GuardedFetch } from './guarded-fetch.js';

/** As far as libraries call it: an address, a method, headers, a text. */
export type FetchFunction = (address: string | URL | Request, options?: RequestInit) => Promise<Response>;

const longestAnswer = 512 * 1024;
const patience = 2500;

/** The `fetch` to hand to a library that fetches what others gave. It follows no redirect. */
export function asFetch(guarded: GuardedFetch): FetchFunction {
  return async (address, options = {}) => {
    if (address instanceof Request) throw new TypeError('only addresses are fetched');
    const { status, headers, body } = await guarded.request(String(address), {
      method: options.method ?? 'GET',
      headers: Object.fromEntries(new Headers(options.headers)),
      body: bodyOf(options.body),
      maxBytes: longestAnswer,
      timeoutMs: patience,
      redirects: 0,
    });
    const hasBody = body.length > 0 && ![204, 205, 304].includes(status);
    return new Response(hasBody ? new Uint8Array(body) : null, { status, headers });
  };
}

function bodyOf(body: RequestInit['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only texts are sent');
}
