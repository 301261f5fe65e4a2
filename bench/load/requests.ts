import type { Answer } from './connection.js';
import { cycle, once } from './cycles.js';
import { openidExchanges, type OpenidOperation } from './openid-requests.js';
import { totpCode } from './totp-code.js';

/** What is asked; the floor takes the first five. */
export type Operation =
  | { readonly kind: 'login'; readonly emails: readonly string[]; readonly password: string }
  | { readonly kind: 'check by cookie'; readonly cookies: readonly string[] }
  | { readonly kind: 'check by Bearer, first sight'; readonly accessTokens: readonly string[] }
  | { readonly kind: 'check by Bearer, seen before'; readonly accessTokens: readonly string[] }
  | { readonly kind: 'refresh'; readonly refreshTokens: readonly string[] }
  | { readonly kind: 'TOTP verification'; readonly challenges: readonly TotpChallenge[] }
  | { readonly kind: 'passkey verification'; readonly answers: readonly object[] }
  | MixedOperation
  | OpenidOperation;

/** 80 % session checks, 15 % refreshes, 5 % sign-ins with password and TOTP. */
export interface MixedOperation {
  readonly kind: 'mixed';
  readonly cookies: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly people: readonly TotpUser[];
  readonly password: string;
}

export interface TotpUser {
  readonly email: string;
  /** The shared secret, base32. */
  readonly secret: string;
}

/** The challenge of a sign-in, and the secret that answers it. */
export interface TotpChallenge {
  readonly id: string;
  readonly secret: string;
}

/** One request, and what its answer changes or leads to. */
export interface Exchange {
  readonly label: string;
  request(): string;
  accept?(answer: Answer): Exchange | undefined;
}

/** Exchanges without end, each session in its turn: none is asked for again before all the others were. */
export function exchanges(operation: Operation): () => Exchange {
  switch (operation.kind) {
    case 'login':
      return cycle(operation.emails.map((email) => login(email, operation.password)));
    case 'check by cookie':
      return checks(operation.cookies);
    case 'check by Bearer, first sight':
    case 'check by Bearer, seen before':
      return cycle(operation.accessTokens.map((token) => check(`Authorization: Bearer ${token}`)));
    case 'refresh':
      return rotation([...operation.refreshTokens]);
    case 'TOTP verification':
      return once(operation.challenges.map(({ id, secret }) => verifyTotp(id, secret)));
    case 'passkey verification':
      return once(operation.answers.map(verifyPasskey));
    case 'mixed':
      return mixed(operation);
    default:
      return openidExchanges(operation);
  }
}

/** In twenty: sixteen checks, three refreshes, one sign-in, spread evenly. */
function mixed({ cookies, refreshTokens, people, password }: MixedOperation): () => Exchange {
  const kinds = {
    check: checks(cookies),
    refresh: rotation([...refreshTokens]),
    signIn: cycle(people.map((person) => login(person.email, password, person.secret))),
  };
  const pattern = Array.from({ length: 20 }, (_, at) =>
    at === 19 ? kinds.signIn : at % 6 === 3 ? kinds.refresh : kinds.check,
  );
  let at = 0;
  return () => (pattern[at++ % pattern.length] as () => Exchange)();
}

const checks = (cookies: readonly string[]): (() => Exchange) =>
  cycle(cookies.map((cookie) => check(`Cookie: __Host-gatehouse-session=${cookie}`)));

/** Each token is used once; the answer's takes its place at the end of the queue. */
function rotation(tokens: string[]): () => Exchange {
  let first = 0;
  return () => {
    const refreshToken = tokens[first];
    if (refreshToken === undefined) throw new Error('more connections than refresh tokens');
    first += 1;
    return {
      label: 'refresh',
      request: () => refresh(refreshToken),
      accept: ({ body }) => {
        tokens.push((JSON.parse(body) as { refreshToken: string }).refreshToken);
        return undefined;
      },
    };
  };
}

/** With a secret: the login of an account that asks for a code, and the answer to its challenge. */
function login(identifier: string, password: string, secret?: string): Exchange {
  const request = post('/v1/auth/login', { identifier, password });
  if (secret === undefined) return { label: 'login', request: () => request };
  return {
    label: 'login',
    request: () => request,
    accept: ({ body }) => verifyTotp((JSON.parse(body) as { challenge: { id: string } }).challenge.id, secret),
  };
}

const verifyTotp = (challengeId: string, secret: string): Exchange => ({
  label: 'TOTP verification',
  request: () => post('/v1/auth/mfa/verify', { challengeId, method: 'totp', code: totpCode(secret) }),
});

const verifyPasskey = (answer: object): Exchange => ({
  label: 'passkey verification',
  request: () => post('/v1/auth/passkey/verify', answer),
});

export const refresh = (refreshToken: string): string => post('/v1/auth/refresh', { refreshToken });

function check(header: string): Exchange {
  const request = `GET /v1/me/sessions/current HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n${header}\r\n\r\n`;
  return { label: 'session check', request: () => request };
}

export function post(path: string, body: object): string {
  const text = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
}
