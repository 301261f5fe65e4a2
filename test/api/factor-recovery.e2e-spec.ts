import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, type SignedIn, someone, type Visit } from '../support/people.js';
import { type Authenticator, enrolTotp, signInWithCode } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';

const day = 24 * 3600;
const recoveryAcr = 'urn:gatehouse:acr:recovery';

/** What the owner of an account does with the link of a reset. How it begins: factor-reset.e2e-spec.ts. */
describe(`getting back in after lost factors, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let link: string;
  let token: string;
  let authenticator: Authenticator;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await arrive(app, someone('ada'));
    ({ authenticator } = await enrolTotp(app, ada.api));
    const root = await arrive(app, someone('root'));
    await promote(app, root);
    accepted(await root.api.post(`/v1/admin/users/${ada.id}/factors/reset`), 202);
    ({ link, token } = await app.mailbox.waitFor(ada.email, 'factorReset'));
  });

  const takeEffect = (): Promise<void> => app.pass(day + 1);
  const recover = (password = ada.password, more: object = {}): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/recovery', { token, password, ...more });
  const factors = async (): Promise<unknown> => {
    const sql = 'SELECT second_factors FROM users WHERE email = $1';
    return (await app.sql<{ second_factors: string[] }>(sql, [ada.email]))[0]?.second_factors;
  };
  const recoverySessions = async (): Promise<number> => {
    const sql = `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1 AND s.acr = $2`;
    return (await app.sql(sql, [ada.email, recoveryAcr])).length;
  };
  const login = (password = ada.password): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/login', { identifier: ada.email, password });

  it('takes link and password: all factors go, all sessions end, the owner is told, a recovery session begins', async () => {
    await takeEffect();
    const other = accepted(
      await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken: ada.tokens.refreshToken }),
      200,
    );
    const session = accepted(await recover(), 200);
    expect(await factors()).toEqual([]);
    expect((await app.api.as(other.accessToken).get('/v1/me')).status).toBe(401);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401);

    const current = accepted(await app.api.as(session.accessToken).get('/v1/me/sessions/current'), 200);
    expect(current).toMatchObject({ id: session.session.id, acr: recoveryAcr, amr: ['pwd'] });
    const { authTime, expiresAt } = session.session;
    expect(Date.parse(expiresAt) - Date.parse(authTime)).toBe(900_000);

    const mail = await app.mailbox.waitFor(ada.email, 'securityAlert', 2);
    expect(mail.subject).toContain('second sign-in steps');
    const trail = (await trailOf(app, ada.id)).slice(-2);
    expect(trail).toMatchObject([
      { type: 'authentication.factors_reset', actorId: ada.id },
      { type: 'authentication.signed_in', sessionId: session.session.id, data: { factor: 'password+recovery_link' } },
    ]);
    const ended = await app.sql(
      `SELECT DISTINCT end_reason FROM sessions WHERE ended_at IS NOT NULL AND user_id = (SELECT id FROM users WHERE email = $1)`,
      [ada.email],
    );
    expect(ended).toEqual([{ end_reason: 'factors_reset' }]);
    expect(refusal(await recover())).toBe('410 tokens.used');
    expect(accepted(await login(), 200).status).toBe('authenticated');
  });

  it('gives a session that reaches nothing but what new factors need', async () => {
    await promote(app, ada);
    await takeEffect();
    const api = app.api.as(accepted(await recover(), 200).accessToken);
    const { password: currentPassword } = ada;
    accepted(await api.get('/v1/me'), 200);
    accepted(await api.get('/v1/me/sessions/current'), 200);
    const shut: [string, string, object?][] = [
      ['GET', '/v1/me/sessions'],
      ['DELETE', '/v1/me/sessions'],
      ['PATCH', '/v1/me', { name: 'Ada' }],
      ['DELETE', '/v1/me', { currentPassword }],
      ['POST', '/v1/me/password', { currentPassword, newPassword: 'meadow lantern hollow 7' }],
      ['POST', '/v1/me/email', { currentPassword, email: someone().email }],
      ['POST', '/v1/auth/step-up', { password: currentPassword }],
      ['GET', '/v1/admin/users'],
      ['POST', `/v1/admin/users/${ada.id}/disable`],
    ];
    for (const [method, path, body] of shut) {
      const answer = await api.call<object>(method, path, body);
      expect([method, path, refusal(answer)]).toEqual([method, path, '403 http.recovery_session']);
    }
    accepted(await api.post('/v1/auth/logout', {}), 204);
    expect((await api.get('/v1/me')).status).toBe(401);
  });

  it('lets new factors take the place of the lost ones, and then asks for a sign-in with them', async () => {
    await takeEffect();
    const api = app.api.as(accepted(await recover(), 200).accessToken);
    expect((await api.get('/v1/me/totp')).body).toEqual({ enabled: false, since: null });
    expect((await api.get('/v1/me/backup-codes')).body).toMatchObject({ total: 0, remaining: 0 });
    const renewed = await enrolTotp(app, api);
    expect(renewed.backupCodes).toHaveLength(10);
    expect(refusal(await api.post('/v1/me/totp'))).toBe('403 authentication.step_up_required');
    const old = { challengeId: await challengeOf(), method: 'totp', code: await authenticator.nextCode() };
    expect(refusal(await app.api.post('/v1/auth/mfa/verify', old))).toBe('401 authentication.code_wrong');
    const session = await signInWithCode(app, ada, await renewed.authenticator.nextCode());
    accepted(await app.api.as(session.accessToken).get('/v1/me/sessions'), 200);
  });

  it('forgets the failures of what was lost', async () => {
    await refuse(3);
    const counters = (): Promise<object[]> => app.sql('SELECT key FROM failure_counters');
    const before = await counters();
    await takeEffect();
    accepted(await recover(), 200);
    expect(await counters()).toHaveLength(before.length - 1);
  });

  it('gives a session that ends after 15 minutes, however it is used', async () => {
    await takeEffect();
    let { refreshToken, accessToken } = accepted(await recover(), 200);
    for (const seconds of [250, 250, 250, 140]) {
      await app.pass(seconds);
      ({ refreshToken, accessToken } = accepted(
        await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }),
        200,
      ));
    }
    accepted(await app.api.as(accessToken).get('/v1/me'), 200);
    await app.pass(11);
    expect((await app.api.as(accessToken).get('/v1/me')).status).toBe(401);
    const refresh = await app.api.post('/v1/auth/refresh', { refreshToken });
    expect(refusal(refresh)).toBe('401 sessions.refresh_token_invalid');
  });

  it('refuses a wrong password, records it, and leaves everything as it is', async () => {
    await takeEffect();
    expect(refusal(await recover('not the password at all'))).toBe('401 authentication.password_wrong');
    expect(await factors()).toEqual(['totp', 'backup_code']);
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.recovery_failed', actorId: null, address: '127.0.0.1' });
    accepted(await recover(), 200);
  });

  it('counts wrong passwords together with those of sign-ins', async () => {
    await takeEffect();
    const settings = { GATEHOUSE_LIMITS: 'login.account=3/300' };
    const narrow = await startApp({ queue: queueBackend, beside: app, settings });
    const wrong = { token, password: 'not the password at all' };
    try {
      for (const typed of [ada.email, ada.email.toUpperCase()]) {
        await narrow.api.post('/v1/auth/login', { identifier: typed, password: wrong.password });
      }
      expect(refusal(await narrow.api.post('/v1/auth/recovery', wrong))).toBe('401 authentication.password_wrong');
      const throttled = await narrow.api.post('/v1/auth/recovery', { token, password: ada.password });
      expect(refusal(throttled)).toBe('429 limits.throttled');
      expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await new PageBrowser(narrow.url).visit(link)).status).toBe(200);
    } finally {
      await narrow.stop();
    }
  });

  it('refuses links that never were, and other tokens in their place', async () => {
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token: reset } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    for (const wrong of ['x', 'A'.repeat(43), reset]) {
      const answer = await app.api.post('/v1/auth/recovery', { token: wrong, password: ada.password });
      expect(refusal(answer)).toBe('400 tokens.invalid');
    }
  });

  it('gives one recovery session to many that use the link at once, by page and by API, in two processes', async () => {
    await takeEffect();
    const beside = await startApp({ queue: queueBackend, beside: app });
    try {
      const pages = await Promise.all([app, beside].map(async ({ url }) => open(new PageBrowser(url), link)));
      const statuses = await Promise.all([
        ...[app, beside, app, beside].map(
          async ({ api }) => (await api.post('/v1/auth/recovery', { token, password: ada.password })).status,
        ),
        ...pages.map(
          async ({ browser, csrf }) => (await browser.post('/flow/recover', { csrf, password: ada.password })).status,
        ),
      ]);
      expect(statuses.filter((status) => status === 200 || status === 303)).toHaveLength(1);
      expect(statuses.filter((status) => status === 410)).toHaveLength(5);
      expect(await recoverySessions()).toBe(1);
    } finally {
      await beside.stop();
    }
  });

  it('lets either stop or finish win where both are tried at once', async () => {
    await takeEffect();
    const { browser, csrf } = await open(new PageBrowser(app.url), link);
    const [stopped, finished] = await Promise.all([browser.post('/flow/recover', { csrf, intent: 'stop' }), recover()]);
    expect([stopped.status === 303, finished.status === 200].filter(Boolean)).toHaveLength(1);
    expect(await factors()).toHaveLength(finished.status === 200 ? 0 : 2);
  });

  it('asks for a required new password first; the session after is the same weak one', async () => {
    await takeEffect();
    await app.sql(
      'UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1',
      [ada.email],
    );
    const asked = accepted(await recover(), 200) as unknown as { status: string; challenge: { id: string } };
    expect(asked.status).toBe('password_change_required');
    const newPassword = 'meadow lantern hollow 7';
    const change = { challengeId: asked.challenge.id, newPassword };
    const { accessToken, session } = accepted(
      await app.api.post<SignedIn>('/v1/auth/password/change-required', change),
      200,
    );
    expect(refusal(await app.api.as(accessToken).get('/v1/me/sessions'))).toBe('403 http.recovery_session');
    expect(Date.parse(session.expiresAt) - Date.parse(session.authTime)).toBe(900_000);
  });

  const challengeOf = async (): Promise<string> =>
    ((await login()).body as unknown as { challenge: { id: string } }).challenge.id;
  async function refuse(times: number): Promise<void> {
    const challengeId = await challengeOf();
    for (let at = 0; at < times; at += 1) {
      const wrong = await app.api.post('/v1/auth/mfa/verify', { challengeId, method: 'totp', code: '000000' });
      expect(refusal(wrong)).toBe('401 authentication.code_wrong');
    }
  }
  async function open(browser: PageBrowser, address: string): Promise<{ browser: PageBrowser; csrf: string }> {
    const page = await browser.visit(address.replace(/^https?:\/\/[^/]+/, ''));
    return { browser, csrf: /name="csrf" value="([^"]+)"/.exec(page.html)![1]! };
  }
});
