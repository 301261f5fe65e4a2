import { randomBytes } from 'node:crypto';
import type { Answer, ApiClient, CallOptions } from './api-client.js';
import type { App } from './app.js';

/** Somebody with an account. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
}

/** The answer to a sign-in that hands out tokens. */
export interface SignedIn {
  readonly status: string;
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly session: { readonly id: string; readonly authTime: string; readonly expiresAt: string };
}

/** Somebody signed in, with the API as they call it. */
export interface Visit extends Person {
  readonly tokens: SignedIn;
  readonly api: ApiClient;
  /** As the API writes it. */
  readonly id: string;
}

/** A problem (RFC 9457) as far as tests look at it. */
export interface ProblemBody {
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly code: string }[];
}

/** An address and a password nobody else in the test has. */
export function someone(name = 'ada', changes: Partial<Person> = {}): Person {
  const unique = randomBytes(4).toString('hex');
  return { email: `${name}.${unique}@example.test`, password: `hollow lantern ${unique}`, ...changes };
}

/** Registers and proves the address by the link of the mail. */
export async function registerAndVerify(app: App, person: Person = someone()): Promise<Person> {
  accepted(await app.api.post('/v1/auth/register', person), 202);
  const { token } = await app.mailbox.waitFor(person.email, 'verification');
  accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
  return person;
}

/** Signs in by password, as a client that carries tokens. */
export async function signIn(app: App, person: Person, options?: CallOptions): Promise<SignedIn> {
  const { email: identifier, password } = person;
  return accepted(await app.api.post<SignedIn>('/v1/auth/login', { identifier, password }, options), 200);
}

/** Registers, verifies and signs in. */
export async function arrive(app: App, person: Person = someone()): Promise<Visit> {
  const known = await registerAndVerify(app, person);
  const tokens = await signIn(app, known);
  const api = app.api.as(tokens.accessToken);
  return { ...known, tokens, api, id: String((await api.get('/v1/me')).body['id']) };
}

/** Makes somebody an administrator, as the operator of the database would. */
export async function promote(app: App, person: Person): Promise<void> {
  await app.sql(`UPDATE users SET roles = '{admin}' WHERE email_key = $1`, [person.email.toLowerCase()]);
}

/** The body of an answer of this status; fails showing the whole answer otherwise. */
export function accepted<Body>(answer: Answer<Body>, status: number): Body {
  if (answer.status !== status) {
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** Status and code of a refusal: `410 tokens.used`. */
export function refusal(answer: Answer<object>): string {
  return `${answer.status} ${(answer.body as ProblemBody).code}`;
}
