import { FirstAdmin } from '@app/authentication';
import { type Answer, type ApiClient, CookieJar } from '../../support/api-client.js';
import type { App } from '../../support/app.js';
import { type SignedIn, someone } from '../../support/people.js';
import { type AuditRow, auditTrail } from './audit-trail.js';
import { PageBrowser } from './page-browser.js';

/** A request, and the security events that it left. */
export interface Step {
  readonly what: string;
  readonly requestId: string | null;
  readonly rows: readonly AuditRow[];
}

export const userAgent = 'journey/1';

/** Does everything once that leaves a security event, and remembers every secret that it meets. */
export class WholeJourney {
  readonly steps: Step[] = [];
  /** Secret by what it is. */
  readonly secrets = new Map<string, string>();
  private readonly api: ApiClient;
  private rowsSeen = 0;

  constructor(protected readonly app: App) {
    this.api = app.api;
  }

  keep(name: string, secret: string): string {
    this.secrets.set(`${name} ${this.secrets.size}`, secret);
    return secret;
  }

  async step<T extends { readonly status: number; readonly headers: Headers }>(
    what: string,
    status: number,
    call: () => Promise<T>,
  ): Promise<T> {
    const answer = await call();
    if (answer.status !== status) throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer)}`);
    const rows = (await auditTrail(this.app)).slice(this.rowsSeen);
    this.rowsSeen += rows.length;
    this.steps.push({ what, requestId: answer.headers.get('x-request-id'), rows });
    return answer;
  }

  post(path: string, body?: object, bearer?: string, agent = userAgent): Promise<Answer<Record<string, unknown>>> {
    const headers = { 'user-agent': agent };
    return this.api.post(path, body, bearer === undefined ? { headers } : { headers, bearer });
  }

  async register(name: string): Promise<{ email: string; password: string }> {
    const person = someone(name);
    this.keep('password', person.password);
    await this.step('register', 202, () => this.post('/v1/auth/register', person));
    const { token } = await this.app.mailbox.waitFor(person.email, 'verification');
    await this.step('verify', 200, () => this.post('/v1/auth/email/verify', { token }));
    return person;
  }

  async login(what: string, identifier: string, password: string): Promise<SignedIn> {
    const answer = await this.step(what, 200, () => this.post('/v1/auth/login', { identifier, password }));
    return this.keepTokens(answer.body as unknown as SignedIn);
  }

  keepTokens<Tokens extends { accessToken: string; refreshToken: string }>(tokens: Tokens): Tokens {
    const signature = tokens.accessToken.split('.')[2]!;
    this.keep('access token', tokens.accessToken);
    this.keep('access token signature', signature);
    this.keep('refresh token', tokens.refreshToken);
    this.keep('refresh token secret', tokens.refreshToken.split('.')[1]!);
    return tokens;
  }

  /** Signs in by cookie, and signs out. */
  async visitByCookie(identifier: string, password: string): Promise<void> {
    const jar = new CookieJar();
    const browser = this.api.withCookies(jar);
    const headers = { 'user-agent': userAgent };
    const body = { identifier, password, delivery: 'cookie' };
    await this.step('login by cookie', 200, () => browser.post('/v1/auth/login', body, { headers }));
    this.keep('session cookie', jar.get('__Host-gatehouse-session')!);
    await this.step('logout', 204, () => browser.post('/v1/auth/logout', {}, { headers }));
  }

  /** Loses an answer, replays elsewhere, then reuses: the session ends. */
  async abuseRefreshTokens(tokens: SignedIn): Promise<void> {
    const refresh = (what: string, status: number, refreshToken: string, agent?: string) =>
      this.step(what, status, () => this.post('/v1/auth/refresh', { refreshToken }, undefined, agent));
    const first = await refresh('refresh', 200, tokens.refreshToken);
    const next = this.keepTokens(first.body as unknown as SignedIn);
    await refresh('refresh again', 200, tokens.refreshToken);
    await refresh('refresh elsewhere', 200, tokens.refreshToken, 'elsewhere/1');
    this.keepTokens((await refresh('refresh on', 200, next.refreshToken)).body as unknown as SignedIn);
    await refresh('reuse', 401, tokens.refreshToken);
  }

  async resetPassword(email: string): Promise<string> {
    await this.step('forgot', 202, () => this.post('/v1/auth/password/forgot', { email }));
    const { token } = await this.app.mailbox.waitFor(email, 'passwordReset');
    const newPassword = this.keep('password', 'a password that was reset');
    await this.step('reset', 204, () => this.post('/v1/auth/password/reset', { token, newPassword }));
    return newPassword;
  }

  /** Moves to another address by the page behind the link. */
  async changeEmail(bearer: string, currentPassword: string): Promise<string> {
    const { email } = someone('moved');
    await this.step('ask to move', 202, () => this.post('/v1/me/email', { email, currentPassword }, bearer));
    const { link } = await this.app.mailbox.waitFor(email, 'emailChange');
    await this.pressButton('move', link, 'confirm-email', {});
    return email;
  }

  async becomeAdmin(): Promise<{ email: string; password: string }> {
    const { email, password } = someone('root');
    this.keep('password', password);
    const link = (await this.app.get(FirstAdmin).issueLink())!;
    this.keep('first admin token', link.slice(link.lastIndexOf('/') + 1));
    await this.pressButton('create admin', link, 'first-admin', {
      email,
      newPassword: password,
      repeatPassword: password,
    });
    return { email, password };
  }

  /** The password must change at the next sign-in. */
  async changeRequired(email: string, password: string): Promise<{ password: string; tokens: SignedIn }> {
    await this.app.sql(
      `UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1`,
      [email],
    );
    const asked = await this.step('login, change required', 200, () =>
      this.post('/v1/auth/login', { identifier: email, password }),
    );
    const challengeId = this.keep('challenge', (asked.body as { challenge: { id: string } }).challenge.id);
    const newPassword = this.keep('password', 'a password that was required');
    const answer = await this.step('change required', 200, () =>
      this.post('/v1/auth/password/change-required', { challengeId, newPassword }),
    );
    return { password: newPassword, tokens: this.keepTokens(answer.body as unknown as SignedIn) };
  }

  private async pressButton(what: string, link: string, kind: string, typed: Record<string, string>): Promise<void> {
    const browser = new PageBrowser(this.app.url);
    const page = await browser.visit(link);
    this.keep('flow cookie', browser.jar.get(`__Host-gatehouse-${kind}`)!);
    const csrf = this.keep('form token', /name="csrf" value="([^"]+)"/.exec(page.html)![1]!);
    await this.step(what, 303, () => browser.post(`/flow/${kind}`, { csrf, ...typed }, { 'user-agent': userAgent }));
  }
}
