import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, type SignedIn, someone, type Visit } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';
import { beginReset, factorsOf, recoveryAcr, takeEffect } from './support/recovery.js';
import { PageBrowser } from './support/page-browser.js';

/** What the owner of an account does with the link of a reset. How it begins: factor-reset.e2e-spec.ts. */
describe(`getting back in after lost factors, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let link: string;
  let token: string;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await arrive(app, someone('ada'));
    await enrolTotp(app, ada.api);
    ({ link, token } = await beginReset(app, ada));
  });

  const recover = (password = ada.password, more: object = {}): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/recovery', { token, password, ...more });
  const factors = (): Promise<unknown> => factorsOf(app, ada);
  const recoverySessions = async (): Promise<number> => {
    const sql = `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1 AND s.acr = $2`;
    return (await app.sql(sql, [ada.email, recoveryAcr])).length;
  };
  const login = (password = ada.password): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/login', { identifier: ada.email, password });

  it('takes link and password: all factors go, all sessions end, the owner is told, a recovery session begins', async () => {
    await takeEffect(app);
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

  it('refuses a wrong password, records it, and leaves everything as it is', async () => {
    await takeEffect(app);
    expect(refusal(await recover('not the password at all'))).toBe('401 authentication.password_wrong');
    expect(await factors()).toEqual(['totp', 'backup_code']);
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({
      type: 'authentication.sign_in_failed',
      data: { reason: 'recovery_password_wrong' },
    });
    accepted(await recover(), 200);
  });

  it('takes no password that is disabled', async () => {
    await takeEffect(app);
    const sql =
      'UPDATE password_credentials SET disabled_at = app_now() FROM users u WHERE u.id = user_id AND u.email = $1';
    await app.sql(sql, [ada.email]);
    expect(refusal(await recover())).toBe('401 authentication.password_wrong');
    expect(await factors()).toEqual(['totp', 'backup_code']);
  });

  it('counts wrong passwords together with those of sign-ins', async () => {
    await takeEffect(app);
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
    await takeEffect(app);
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
    await takeEffect(app);
    const { browser, csrf } = await open(new PageBrowser(app.url), link);
    const [stopped, finished] = await Promise.all([browser.post('/flow/recover', { csrf, intent: 'stop' }), recover()]);
    expect([stopped.status === 303, finished.status === 200].filter(Boolean)).toHaveLength(1);
    expect(await factors()).toHaveLength(finished.status === 200 ? 0 : 2);
  });

  async function open(browser: PageBrowser, address: string): Promise<{ browser: PageBrowser; csrf: string }> {
    const page = await browser.visit(address.replace(/^https?:\/\/[^/]+/, ''));
    return { browser, csrf: /name="csrf" value="([^"]+)"/.exec(page.html)![1]! };
  }
});
