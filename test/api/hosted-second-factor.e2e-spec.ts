import { multiFactor, singleFactor } from '@app/sessions';
import { type App, startApp } from '../support/app.js';
import { arrive, type Visit } from '../support/people.js';
import { type Authenticator, enrolTotp } from '../support/second-factors.js';
import { type Page, PageBrowser } from './support/page-browser.js';
import { follow, RelyingParty } from './support/relying-party.js';

const sessionCookie = '__Host-gatehouse-session';

describe(`the second step of a sign-in through pages, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let authenticator: Authenticator;
  let backupCodes: readonly string[];
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await arrive(app);
    ({ authenticator, backupCodes } = await enrolTotp(app, ada.api));
    browser = new PageBrowser(app.url);
  });

  const byPassword = async (at = browser, address = '/sign-in'): Promise<Page> =>
    at.submit(await at.visit(address), { identifier: ada.email, password: ada.password });
  const wrongCode = async (): Promise<string> =>
    String((Number(await authenticator.code(5)) + 1) % 1e6).padStart(6, '0');
  const session = (at = browser) => app.api.withCookies(at.jar).get('/v1/me/sessions/current');

  it('asks for the code of the app before there is a session, and the challenge stays out of the browser', async () => {
    const owed = await byPassword(browser, '/sign-in?return_to=/app');
    expect([owed.status, owed.location, owed.headers.getSetCookie()]).toEqual([303, '/flow/second-factor', []]);
    const asked = await browser.open('/flow/second-factor');
    expect(asked.html).toMatch(/name="code"[^>]* autocomplete="one-time-code"[^>]* inputmode="numeric"/);
    expect(asked.html).not.toContain(ada.email);
    const code = await authenticator.nextCode();
    const done = await browser.submit(asked, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect([done.status, done.location]).toEqual([303, '/app']);
    expect((await session()).body).toMatchObject({ acr: multiFactor, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('takes a backup code instead, once', async () => {
    const [code = ''] = backupCodes;
    await byPassword();
    const asked = await browser.open('/flow/second-factor?with=backup_code');
    expect(asked.html).toMatch(/name="method" value="backup_code"/);
    expect((await browser.submit(asked, { code })).location).toBe('/signed-in');
    const again = new PageBrowser(app.url);
    await byPassword(again);
    const refused = await again.submit(await again.open('/flow/second-factor?with=backup_code'), { code });
    expect([refused.status, refused.html]).toEqual([422, expect.stringContaining('name="method" value="backup_code"')]);
  });

  it('shows the form again for a wrong code, and after five the sign-in is over', async () => {
    await byPassword();
    let page = await browser.open('/flow/second-factor');
    for (let tries = 0; tries < 5; tries += 1) {
      page = await browser.submit(page, { code: await wrongCode() });
      expect([page.status, page.html]).toEqual([422, expect.stringContaining('This code is wrong')]);
    }
    const over = await browser.submit(page, { code: await authenticator.nextCode() });
    expect(over.status).toBe(410);
    expect(over.html).toContain('Too many wrong answers');
    expect(over.html).toContain('href="/sign-in"');
    expect(browser.jar.get(sessionCookie)).toBeUndefined();
    await byPassword();
    const anew = await browser.submit(await browser.open('/flow/second-factor'), {
      code: await authenticator.nextCode(),
    });
    expect(anew.location).toBe('/signed-in');
  });

  it.each([{ code: '' }, { code: '123456', method: 'passkey' }, { code: '123456', method: 'nothing' }])(
    'takes %j for no answer',
    async (typed) => {
      await byPassword();
      const refused = await browser.submit(await browser.open('/flow/second-factor'), typed);
      expect(refused.status).toBe(422);
      expect(browser.jar.get(sessionCookie)).toBeUndefined();
    },
  );

  it('is over after ten minutes, and says so when it is opened, too', async () => {
    await byPassword();
    const asked = await browser.open('/flow/second-factor');
    await app.pass(601);
    for (const page of [
      await browser.submit(asked, { code: await authenticator.code() }),
      await browser.open('/flow/second-factor'),
    ]) {
      expect(page.status).toBe(410);
      expect(page.html).toContain('This took too long');
    }
  });

  it('is open to the browser alone that typed the password, and to nobody before that', async () => {
    await browser.visit('/sign-in');
    expect((await browser.open('/flow/second-factor')).location).toBe('/flow/sign-in');
    await byPassword();
    const asked = await browser.open('/flow/second-factor');
    const code = await authenticator.nextCode();
    const thief = new PageBrowser(app.url);
    expect((await thief.submit(asked, { code })).status).toBe(410);
    await thief.visit('/sign-in');
    expect((await thief.submit(asked, { code })).status).toBe(403);
    const csrf = /name="csrf" value="([^"]+)"/.exec((await thief.open('/flow/sign-in')).html)![1]!;
    expect((await thief.post('/flow/second-factor', { csrf, method: 'totp', code })).status).toBe(410);
    expect((await browser.submit(asked, { code })).status).toBe(303);
  });

  it('is answered once: sent again it does nothing', async () => {
    await byPassword();
    const asked = await browser.open('/flow/second-factor');
    const code = await authenticator.nextCode();
    expect((await browser.submit(asked, { code })).status).toBe(303);
    const again = await browser.submit(asked, { code });
    expect([again.status, again.headers.getSetCookie()]).toEqual([410, []]);
  });

  it('is asked for where a flow wants more than the session has, and the old session ends', async () => {
    // As before the app was enrolled: one factor.
    await byPassword();
    await browser.submit(await browser.open('/flow/second-factor'), { code: await authenticator.nextCode() });
    await app.sql('UPDATE sessions SET acr = $1 WHERE user_id = (SELECT id FROM users WHERE email = $2)', [
      singleFactor,
      ada.email,
    ]);
    const before = browser.jar.get(sessionCookie)!;
    await browser.open('/sign-in?return_to=/app');
    expect((await browser.open('/flow/sign-in')).location).toBe('/app');
    const asked = await browser.visit(`/sign-in?return_to=/app&acr=${multiFactor}`);
    expect(asked.html).toContain('Confirm that it is you');
    await browser.submit(asked, { identifier: ada.email, password: ada.password });
    const done = await browser.submit(await browser.open('/flow/second-factor'), {
      code: await authenticator.nextCode(),
    });
    expect(done.location).toBe('/app');
    expect((await session()).body).toMatchObject({ acr: multiFactor });
    const kept = { cookie: `${sessionCookie}=${before}` };
    expect((await app.api.get('/v1/me/sessions/current', { headers: kept })).status).toBe(401);
    await browser.open(`/sign-in?return_to=/app&acr=${multiFactor}`);
    expect((await browser.open('/flow/sign-in')).location).toBe('/app');
  });

  it('is asked for again after a day where a flow wants two factors, though the session goes on', async () => {
    await byPassword();
    await browser.submit(await browser.open('/flow/second-factor'), { code: await authenticator.nextCode() });
    const ends = async (query: string): Promise<string | null> => {
      await browser.open(`/sign-in?return_to=/app${query}`);
      return (await browser.open('/flow/sign-in')).location;
    };
    await app.pass(24 * 3600 - 60);
    expect(await ends(`&acr=${multiFactor}`)).toBe('/app');
    await app.pass(61);
    expect(await ends('')).toBe('/app');
    expect(await ends(`&acr=${multiFactor}`)).not.toBe('/app');
  });

  it('is asked for by clients, who are told the level, the methods and the time in the ID token', async () => {
    const bob = await arrive(app);
    const client = await RelyingParty.register(app, `leveled-${bob.email}`);
    const signIn = async (params: Record<string, string>): Promise<Record<string, unknown>> => {
      const claims = JSON.stringify({ id_token: { acr: null, amr: null, auth_time: null } });
      const authorization = await client.begin({ scope: 'openid', claims, ...params });
      let page = await follow(browser, authorization.address);
      const asked: string[] = [];
      for (let steps = 0; steps < 4 && page.location === null; steps += 1) {
        const [, field = 'consent'] = /name="(password|code)"/.exec(page.html) ?? [];
        asked.push(field);
        const answers = {
          password: { identifier: bob.email, password: bob.password },
          code: { code: field === 'code' ? await authenticator.nextCode() : '' },
          consent: {},
        };
        const typed = answers[field as keyof typeof answers];
        page = await follow(browser, (await browser.submit(page, typed as Record<string, string>)).location!);
      }
      const { error } = Object.fromEntries(new URL(page.location!).searchParams);
      return { asked, ...(error ? { error } : (await client.redeem(authorization, page.location!)).claims()) };
    };
    const first = await signIn({});
    expect(first).toMatchObject({ asked: ['password', 'consent'], acr: singleFactor, amr: ['pwd'] });
    expect(await signIn({ acr_values: multiFactor })).toMatchObject({ asked: ['password'], acr: singleFactor });
    const { auth_time: before } = await signIn({});
    ({ authenticator } = await enrolTotp(app, bob.api));
    const raised = await signIn({ acr_values: multiFactor });
    expect(raised).toMatchObject({ asked: ['password', 'code'], acr: multiFactor, amr: ['pwd', 'otp', 'mfa'] });
    expect(raised['auth_time']).toBeGreaterThan(Number(before));
    expect(await signIn({ acr_values: multiFactor })).toMatchObject({ asked: [], auth_time: raised['auth_time'] });
    const essential = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:example:unheard-of'] } } });
    expect(await signIn({ claims: essential })).toEqual({ asked: [], error: 'unmet_authentication_requirements' });
  });

  it('is told as a form again past a limit, with Retry-After', async () => {
    const settings = { GATEHOUSE_LIMITS: 'login.address=5/600' };
    const narrow = await startApp({ queue: queueBackend, settings });
    try {
      const eve = await arrive(narrow);
      const app = await enrolTotp(narrow, eve.api);
      const visitor = new PageBrowser(narrow.url);
      await visitor.submit(await visitor.visit('/sign-in'), { identifier: eve.email, password: eve.password });
      let page = await visitor.open('/flow/second-factor');
      for (let tries = 0; tries < 3; tries += 1) page = await visitor.submit(page, { code: '' });
      expect(page.status).toBe(422);
      const throttled = await visitor.submit(page, { code: await app.authenticator.nextCode() });
      expect(throttled.status).toBe(429);
      expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(throttled.html).toContain('Too many tries');
      expect(throttled.html).toContain('name="method" value="totp"');
    } finally {
      await narrow.stop();
    }
  });
});
