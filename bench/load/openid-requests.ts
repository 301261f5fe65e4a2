import type { Answer } from './connection.js';
import { cycle, once } from './cycles.js';
import type { Exchange } from './requests.js';

/** What a client asks of an OpenID Provider; both providers answer at the same paths. */
export type OpenidOperation = OpenidQuestion & {
  /** The header by which the client authenticates. */
  readonly authorization: string;
};

export type OpenidQuestion =
  | {
      readonly kind: 'code exchange';
      readonly codes: readonly string[];
      /** What all codes were asked for with. */
      readonly codeVerifier: string;
      readonly redirectUri: string;
    }
  | { readonly kind: 'refresh (OIDC)'; readonly refreshTokens: readonly string[] }
  | { readonly kind: 'introspection'; readonly tokens: readonly string[] }
  | { readonly kind: 'client credentials, JWT'; readonly resource: string }
  | { readonly kind: 'userinfo'; readonly tokens: readonly string[] };

/** The exchanges of an operation, one after the other. */
export function openidExchanges(operation: OpenidOperation): () => Exchange {
  const { kind, authorization } = operation;
  const ask = (fields: Record<string, string>, told: string, path = '/oidc/token'): Exchange => {
    const request = form(path, authorization, fields);
    return { label: kind, request: () => request, accept: holding(told) };
  };
  switch (kind) {
    case 'code exchange': {
      const { codeVerifier: code_verifier, redirectUri: redirect_uri } = operation;
      const fields = { grant_type: 'authorization_code', code_verifier, redirect_uri };
      return once(operation.codes.map((code) => ask({ ...fields, code }, '"refresh_token":')));
    }
    case 'refresh (OIDC)':
      return rotation([...operation.refreshTokens], authorization);
    case 'introspection': {
      const fields = { token_type_hint: 'access_token' };
      const path = '/oidc/token/introspection';
      return cycle(operation.tokens.map((token) => ask({ ...fields, token }, '"active":true', path)));
    }
    case 'client credentials, JWT': {
      const { resource } = operation;
      return cycle([ask({ grant_type: 'client_credentials', scope: 'read', resource }, '"access_token":"ey')]);
    }
    case 'userinfo':
      return cycle(operation.tokens.map(userinfo));
  }
}

/** Each token is used once; the answer's takes its place at the end of the queue. */
function rotation(tokens: string[], authorization: string): () => Exchange {
  let first = 0;
  return () => {
    const token = tokens[first];
    if (token === undefined) throw new Error('more connections than refresh tokens');
    first += 1;
    return {
      label: 'refresh (OIDC)',
      request: () => form('/oidc/token', authorization, { grant_type: 'refresh_token', refresh_token: token }),
      accept: ({ body }) => {
        tokens.push((JSON.parse(body) as { refresh_token: string }).refresh_token);
        return undefined;
      },
    };
  };
}

function userinfo(token: string): Exchange {
  const head = 'GET /oidc/me HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n';
  const request = `${head}Authorization: Bearer ${token}\r\n\r\n`;
  return { label: 'userinfo', request: () => request, accept: holding('"email":') };
}

/** An answer that was 200 and told nothing is no measurement either. */
function holding(told: string): (answer: Answer) => undefined {
  return ({ body }) => {
    if (!body.includes(told)) throw new Error(`without ${told}: ${body}`);
  };
}

function form(path: string, authorization: string, fields: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(fields).toString();
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAuthorization: ${authorization}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${text.length}\r\n\r\n${text}`
  );
}
