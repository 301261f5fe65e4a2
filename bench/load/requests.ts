import type { Answer } from './connection.js';

/** What is asked; both servers take the same requests. */
export type Operation =
  | { readonly kind: 'login'; readonly emails: readonly string[]; readonly password: string }
  | { readonly kind: 'check by cookie'; readonly cookies: readonly string[] }
  | { readonly kind: 'check by Bearer, first sight'; readonly accessTokens: readonly string[] }
  | { readonly kind: 'check by Bearer, seen before'; readonly accessTokens: readonly string[] }
  | { readonly kind: 'refresh'; readonly refreshTokens: readonly string[] };

/** One request, and what its answer changes. */
export interface Exchange {
  readonly request: string;
  accept?(answer: Answer): void;
}

/** Endless exchanges, each session in its turn: none is asked for again before all the others were. */
export function exchanges(operation: Operation): () => Exchange {
  switch (operation.kind) {
    case 'login':
      return cycle(
        operation.emails.map((identifier) => ({
          request: post('/v1/auth/login', { identifier, password: operation.password }),
        })),
      );
    case 'check by cookie':
      return cycle(operation.cookies.map((cookie) => check(`Cookie: __Host-gatehouse-session=${cookie}`)));
    case 'check by Bearer, first sight':
    case 'check by Bearer, seen before':
      return cycle(operation.accessTokens.map((token) => check(`Authorization: Bearer ${token}`)));
    case 'refresh':
      return rotation([...operation.refreshTokens]);
  }
}

function cycle(all: readonly Exchange[]): () => Exchange {
  let at = 0;
  return () => all[at++ % all.length] as Exchange;
}

/** Each token is used once; the answer's takes its place at the end of the queue. */
function rotation(tokens: string[]): () => Exchange {
  let first = 0;
  return () => {
    const refreshToken = tokens[first];
    if (refreshToken === undefined) throw new Error('more connections than refresh tokens');
    first += 1;
    return {
      request: refresh(refreshToken),
      accept: ({ body }) => tokens.push((JSON.parse(body) as { refreshToken: string }).refreshToken),
    };
  };
}

export const refresh = (refreshToken: string): string => post('/v1/auth/refresh', { refreshToken });

const check = (header: string): Exchange => ({
  request: `GET /v1/me/sessions/current HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n${header}\r\n\r\n`,
});

export function post(path: string, body: object): string {
  const text = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
}
