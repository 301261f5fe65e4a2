import { HOTP, Secret } from 'otpauth';
import type { Answer, ApiClient } from './api-client.js';
import type { App } from './app.js';
import { accepted, type Person, type SignedIn, type Visit } from './people.js';

/** The answer to a sign-in that asks for a second factor. */
export interface Challenged {
  readonly status: 'mfa_required';
  readonly challenge: { readonly id: string; readonly methods: readonly string[]; readonly expiresAt: string };
}

/** The code of a secret (base32) at a time step. */
export const codeAt = (secret: string, step: number): string =>
  HOTP.generate({ secret: Secret.fromBase32(secret), counter: step, digits: 6, algorithm: 'SHA1' });

/** An authenticator app: it goes by the clock of the app's database. */
export class Authenticator {
  constructor(
    private readonly app: App,
    readonly secret: string,
  ) {}

  async step(): Promise<number> {
    const [row] = await this.app.sql<{ step: number }>('SELECT floor(extract(epoch FROM app_now()) / 30)::int AS step');
    return row!.step;
  }

  /** What it shows now, or so many steps from now. */
  async code(steps = 0): Promise<string> {
    return codeAt(this.secret, (await this.step()) + steps);
  }

  /** A code that it did not show before: time goes on to the next step. */
  async nextCode(): Promise<string> {
    await this.nextStep();
    return this.code();
  }

  /** Lets time pass until the first second of the next step, so that a test ends in the step where it began. */
  async nextStep(): Promise<void> {
    const left = 'SELECT ceil(30 - mod(extract(epoch FROM app_now()), 30))::int AS seconds';
    const [row] = await this.app.sql<{ seconds: number }>(left);
    await this.app.pass(row!.seconds);
  }
}

/** Adds an authenticator app to the account of somebody signed in not long ago. */
export async function enrolTotp(
  app: App,
  api: ApiClient,
): Promise<{ readonly authenticator: Authenticator; readonly backupCodes: readonly string[] }> {
  const { secret } = accepted(await api.post<{ secret: string }>('/v1/me/totp'), 200);
  const authenticator = new Authenticator(app, secret);
  const confirmed = await api.post<{ backupCodes: string[] | null }>('/v1/me/totp/confirm', {
    code: await authenticator.code(),
  });
  return { authenticator, backupCodes: accepted(confirmed, 200).backupCodes ?? [] };
}

/** Signs in by password as far as the challenge. */
export async function beginSignIn(app: App, { email, password }: Person): Promise<Challenged['challenge']> {
  const answer = await app.api.post<Challenged>('/v1/auth/login', { identifier: email, password });
  const { status, challenge } = accepted(answer, 200);
  if (status !== 'mfa_required') throw new Error(`expected a challenge, got ${String(status)}`);
  return challenge;
}

/** Answers a challenge with a code. */
export const answerChallenge = (
  api: ApiClient,
  challengeId: string,
  code: string,
  method = 'totp',
): Promise<Answer<SignedIn>> => api.post<SignedIn>('/v1/auth/mfa/verify', { challengeId, method, code });

/** Signs in by password and code. */
export async function signInWithCode(app: App, person: Person, code: string, method = 'totp'): Promise<SignedIn> {
  const { id } = await beginSignIn(app, person);
  return accepted(await answerChallenge(app.api, id, code, method), 200);
}

/** Signs in again by password and code, so that the account's factors may be changed. */
export async function stepUp(app: App, visit: Visit, code: string, method = 'totp'): Promise<Visit> {
  const begun = await visit.api.post<Challenged>('/v1/auth/step-up', { password: visit.password });
  const tokens = accepted(await answerChallenge(visit.api, accepted(begun, 200).challenge.id, code, method), 200);
  return { ...visit, tokens, api: app.api.as(tokens.accessToken) };
}
