import { multiFactor } from '@app/sessions';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, someone } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { type Page, PageBrowser } from './support/page-browser.js';

const sessionCookie = '__Host-gatehouse-session';
const flowCookie = '__Host-gatehouse-sign-in';
const newPassword = 'meadow lantern hollow 7';

describe(`sign-in through pages, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const credentials = (person: Person = ada): Record<string, string> => ({
    identifier: person.email,
    password: person.password,
  });
  const signIn = async (at: PageBrowser = browser, address = '/sign-in', person: Person = ada): Promise<Page> =>
    at.submit(await at.visit(address), credentials(person));
  const session = (at: PageBrowser = browser) => app.api.withCookies(at.jar).get('/v1/me/sessions/current');
  const alertOf = ({ html }: Page): string => /role="alert".*?<\/ul>/s.exec(html)?.[0] ?? '';
  const csrfOf = ({ html }: Page): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!;

  it('opens a session in a __Host- cookie, and says who is signed in', async () => {
    const begun = await browser.open('/sign-in');
    expect([begun.status, begun.location]).toEqual([303, '/flow/sign-in']);
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(new RegExp(`^${flowCookie}=[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Lax$`)),
    ]);
    const asked = await browser.open('/flow/sign-in');
    expect(asked.html).toMatch(/name="identifier"[^>]* autocomplete="username webauthn"/);
    expect(asked.html).toMatch(/name="password"[^>]* autocomplete="current-password"/);
    const done = await browser.submit(asked, credentials());
    expect([done.status, done.location]).toEqual([303, '/signed-in']);
    expect(done.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-gatehouse-device=/),
      expect.stringMatching(
        new RegExp(`^${sessionCookie}=[\\w-]{43}; Path=/; Max-Age=\\d+; HttpOnly; Secure; SameSite=Lax$`),
      ),
    ]);
    expect((await browser.open('/signed-in')).html).toContain(ada.email);
    expect((await session()).body).toMatchObject({ carrier: 'cookie', amr: ['pwd'] });
  });

  it('takes what people type around an address, and a user name', async () => {
    const named = await registerAndVerify(app, { ...someone(), username: `ada.${Date.now()}` });
    const asked = await browser.visit('/sign-in');
    const { password, username } = named;
    const done = await browser.submit(asked, { identifier: ` ${username} `, password });
    expect(done.location).toBe('/signed-in');
  });

  it('signs out by a form of this session only, and the session is over', async () => {
    await signIn();
    const landing = await browser.open('/signed-in');
    const cookie = browser.jar.get(sessionCookie)!;
    const other = new PageBrowser(app.url);
    await signIn(other);
    const foreign = csrfOf(await other.open('/signed-in'));
    for (const csrf of ['', 'x', foreign]) expect((await browser.post('/sign-out', { csrf })).status).toBe(403);
    expect(
      (await browser.post('/sign-out', {}, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status,
    ).toBe(403);
    expect((await session()).status).toBe(200);

    const out = await browser.submit(landing);
    expect([out.status, out.location]).toEqual([303, '/signed-out']);
    expect(browser.jar.get(sessionCookie)).toBeUndefined();
    const kept = { cookie: `${sessionCookie}=${cookie}` };
    expect((await app.api.get('/v1/me/sessions/current', { headers: kept })).status).toBe(401);
    expect((await browser.open('/signed-in')).location).toBe('/sign-in');
    expect((await browser.submit(landing)).location).toBe('/signed-out');
    expect((await session(other)).status).toBe(200);
  });

  describe('a refused password', () => {
    it('shows the form again without a hint, with what was typed but no password', async () => {
      const asked = await browser.visit('/sign-in');
      const wrong = await browser.submit(asked, { identifier: ada.email, password: 'not it at all' });
      const { email } = someone('nobody');
      const unknown = await browser.submit(wrong, { identifier: email, password: ada.password });
      expect([wrong.status, unknown.status]).toEqual([422, 422]);
      expect(alertOf(unknown)).toBe(alertOf(wrong));
      expect(alertOf(wrong)).toContain('password is wrong');
      expect(wrong.html).toContain(`value="${ada.email}"`);
      expect(wrong.html + unknown.html).not.toMatch(/not it at all|hollow lantern/);
      expect(wrong.html).toContain('<title>Error: ');
      expect(browser.jar.get(sessionCookie)).toBeUndefined();
      expect((await browser.submit(unknown, credentials())).status).toBe(303);
    });

    it('says which field is empty', async () => {
      const refused = await browser.submit(await browser.visit('/sign-in'), { identifier: ' ', password: '' });
      expect(refused.status).toBe(422);
      expect(refused.html).toMatch(
        /id="field-identifier"[^>]* aria-invalid="true" aria-describedby="field-identifier-error"/,
      );
      expect(refused.html).toContain('Type your password.');
    });

    it('is told as a form again past a limit, with Retry-After, and the right password waits too', async () => {
      const settings = { GATEHOUSE_LIMITS: 'login.pair=2/600,flow.address=3/600' };
      const narrow = await startApp({ queue: queueBackend, settings });
      try {
        const person = await registerAndVerify(narrow);
        const visitor = new PageBrowser(narrow.url);
        let page = await visitor.visit('/sign-in');
        const { email: identifier } = person;
        for (let tries = 0; tries < 2; tries += 1) page = await visitor.submit(page, { identifier, password: 'wrong' });
        const throttled = await visitor.submit(page, {
          identifier: identifier.toUpperCase(),
          password: person.password,
        });
        expect(throttled.status).toBe(429);
        expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(500);
        expect(alertOf(throttled)).toContain('Try again in 10 minutes.');
        expect(throttled.html).toContain(`value="${identifier.toUpperCase()}"`);
        expect(throttled.html).not.toContain(person.password);
        expect(throttled.headers.getSetCookie()).toEqual([]);
        await narrow.pass(601);
        expect((await visitor.submit(throttled, { identifier, password: person.password })).status).toBe(303);

        const flood = [];
        for (let tries = 0; tries < 4; tries += 1) flood.push(await new PageBrowser(narrow.url).open('/sign-in'));
        expect(flood.map(({ status }) => status)).toEqual([303, 303, 303, 429]);
        expect(flood[3]!.headers.get('content-type')).toMatch(/^text\/html/);
      } finally {
        await narrow.stop();
      }
    });
  });

  describe('its forms', () => {
    it('are taken from the browser that they were made for', async () => {
      const asked = await browser.visit('/sign-in');
      const other = new PageBrowser(app.url);
      const csrf = csrfOf(await other.visit('/sign-in'));
      for (const forged of ['', 'x', csrf]) {
        const refused = await browser.post('/flow/sign-in', { ...credentials(), csrf: forged });
        expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
        expect(refused.html).toContain('href="/flow/sign-in"');
      }
      expect((await browser.post('/flow/sign-in', credentials())).status).toBe(403);
      // A flow's cookie carried elsewhere brings no form along.
      const thief = new PageBrowser(app.url);
      expect((await thief.submit(asked, credentials())).status).toBe(410);
      expect((await other.submit(asked, credentials())).status).toBe(403);
      expect((await browser.submit(asked, credentials())).status).toBe(303);
    });

    it('end with their flow: sent again it does nothing, and the way on is shown', async () => {
      const asked = await browser.visit('/sign-in?return_to=/app');
      const first = await browser.submit(asked, credentials());
      const cookie = browser.jar.get(sessionCookie);
      const again = await browser.submit(asked, credentials());
      expect([first.status, again.status, again.headers.getSetCookie()]).toEqual([303, 410, []]);
      expect(again.html).toContain('href="/flow/sign-in"');
      expect((await browser.open('/flow/sign-in')).location).toBe('/app');
      expect(browser.jar.get(sessionCookie)).toBe(cookie);
    });

    it('are over after an hour, and the next flow has the same aim', async () => {
      const asked = await browser.visit('/sign-in?return_to=/app');
      await app.pass(3601);
      for (const page of [await browser.submit(asked, credentials()), await browser.open('/flow/sign-in')]) {
        expect(page.status).toBe(410);
        expect(page.html).toContain('href="/sign-in"');
      }
      expect((await signIn()).location).toBe('/app');
    });

    it('say so where no cookie came along, and lead nowhere in a circle', async () => {
      for (const path of ['sign-in', 'second-factor', 'new-password', 'register', 'forgot-password', 'check-mail']) {
        const page = await new PageBrowser(app.url).open(`/flow/${path}`);
        expect([path, page.status]).toEqual([path, 410]);
        expect(page.html).toContain('href="/sign-in"');
      }
    });

    it('are safe to show: no inline script, no framing, no caching, no address leaked', async () => {
      for (const { headers, html } of [await browser.visit('/sign-in'), await browser.open('/flow/register')]) {
        expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
        expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('referrer-policy')).toBe('same-origin');
        expect(html).not.toMatch(/<script>|\son\w+=|style="/);
      }
    });

    it('keep passwords, cookies and what was typed out of the logs and of the flow', async () => {
      await signIn();
      const secrets = [ada.password, browser.jar.get(sessionCookie)!, browser.jar.get(flowCookie)!];
      const rows = await app.sql<{ line: string }>('SELECT f::text AS line FROM hosted_flows f');
      for (const secret of secrets) {
        expect(app.logLines.filter((line) => line.includes(secret))).toEqual([]);
        expect(rows.filter(({ line }) => line.includes(secret))).toEqual([]);
      }
    });
  });

  describe('where it ends', () => {
    it('is the path that was asked for when it began, whatever is asked for later', async () => {
      const asked = await browser.visit('/sign-in?return_to=/app%3Fx%3D1');
      const page = await browser.submit(asked, { ...credentials(), return_to: 'https://evil.example/' });
      expect(page.location).toBe('/app?x=1');
      expect((await browser.open('/flow/sign-in?return_to=//evil.example')).location).toBe('/app?x=1');
    });

    it.each([
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/%5Cevil.example',
      '/..//evil.example',
      '/%09/evil.example',
      '/app\r\nset-cookie: a=b',
      'javascript:alert(1)',
      '/flow/sign-in',
      '/link/verify-email/x',
    ])('is never %j', async (target) => {
      const refused = await browser.open(`/sign-in?return_to=${encodeURIComponent(target)}`);
      expect([refused.status, refused.location]).toEqual([400, null]);
      expect(refused.headers.get('content-type')).toMatch(/^text\/html/);
      expect(refused.html).not.toContain('evil');
      expect(refused.headers.getSetCookie()).toEqual([]);
    });

    it('is there at once for who is signed in', async () => {
      await signIn();
      const cookie = browser.jar.get(sessionCookie);
      await browser.open('/sign-in?return_to=/app');
      expect((await browser.open('/flow/sign-in')).location).toBe('/app');
      await browser.open('/sign-in');
      expect((await browser.open('/flow/sign-in')).location).toBe('/signed-in');
      await browser.open('/register');
      expect((await browser.open('/flow/register')).location).toBe('/signed-in');
      expect(browser.jar.get(sessionCookie)).toBe(cookie);
    });

    it('fills in who is expected, escaped', async () => {
      const page = await browser.visit(
        `/sign-in?login_hint=${encodeURIComponent('"><script>x</script>@example.test')}`,
      );
      expect(page.html).not.toContain('<script>x');
      expect((await new PageBrowser(app.url).visit(`/sign-in?login_hint=${ada.email}`)).html).toContain(
        `value="${ada.email}"`,
      );
    });
  });

  describe('a browser that is signed in', () => {
    it('proves itself again where the last sign-in is too long ago, and gets a new session for the old', async () => {
      await signIn();
      const before = browser.jar.get(sessionCookie)!;
      const fresh = await browser.visit('/sign-in?return_to=/app&max_age=300');
      expect(fresh.location).toBeNull();
      expect(fresh.status).toBe(404);
      await app.pass(301);
      const asked = await browser.visit('/sign-in?return_to=/app&max_age=300');
      expect(asked.html).toContain('Confirm that it is you');
      expect(asked.html).toContain(`value="${ada.email}"`);
      expect((await browser.submit(asked, credentials())).location).toBe('/app');
      const after = browser.jar.get(sessionCookie)!;
      expect(after).not.toBe(before);
      const kept = { cookie: `${sessionCookie}=${before}` };
      expect((await app.api.get('/v1/me/sessions/current', { headers: kept })).status).toBe(401);
      expect((await session()).status).toBe(200);
      const ended = await auditTrail(app, 'sessions.ended');
      expect(ended.at(-1)).toMatchObject({ data: { reason: 'replaced' } });
    });

    it('always does where max_age is 0', async () => {
      await signIn();
      const asked = await browser.visit('/sign-in?max_age=0');
      expect(asked.html).toContain('Confirm that it is you');
      expect((await browser.submit(asked, credentials())).location).toBe('/signed-in');
    });

    it('may become somebody else, and the session before is over', async () => {
      const eve = await registerAndVerify(app, someone('eve'));
      await signIn();
      const before = browser.jar.get(sessionCookie)!;
      await signIn(browser, '/sign-in?max_age=0', eve);
      expect((await browser.open('/signed-in')).html).toContain(eve.email);
      const kept = { cookie: `${sessionCookie}=${before}` };
      expect((await app.api.get('/v1/me/sessions/current', { headers: kept })).status).toBe(401);
    });

    it('never keeps a session that somebody else planted', async () => {
      const thief = new PageBrowser(app.url);
      await signIn(thief, '/sign-in', await registerAndVerify(app, someone('thief')));
      const planted = thief.jar.get(sessionCookie)!;
      await thief.open('/sign-in?max_age=0');
      // The victim's browser holds the thief's cookies, of the session as well as of the flow.
      browser.jar.take(new Headers([['set-cookie', `${sessionCookie}=${planted}; Path=/`]]));
      browser.jar.take(new Headers([['set-cookie', `${flowCookie}=${thief.jar.get(flowCookie)!}; Path=/`]]));
      await browser.submit(await browser.open('/flow/sign-in'), credentials());
      expect(browser.jar.get(sessionCookie)).not.toBe(planted);
      expect((await session()).status).toBe(200);
      expect((await session(thief)).status).toBe(401);
      expect((await thief.open('/flow/sign-in')).headers.getSetCookie()).toEqual([]);
    });

    it('is told where an account cannot reach the level that is asked for', async () => {
      const page = await signIn(browser, `/sign-in?return_to=/app&acr=${multiFactor}`);
      expect(page.location).toBe('/signed-in?needs=second_factor');
      expect((await browser.open(page.location!)).html).toContain('no second step yet');
    });
  });

  describe('a required new password', () => {
    const require = (): Promise<object[]> =>
      app.sql(`UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1`, [
        ada.email,
      ]);
    const typedTwice = { newPassword, repeatPassword: newPassword };

    it('is chosen on a page of its own before there is a session', async () => {
      await require();
      const owed = await signIn(browser, '/sign-in?return_to=/app');
      expect([owed.location, owed.headers.getSetCookie()]).toEqual(['/flow/new-password', []]);
      const asked = await browser.open('/flow/new-password');
      expect(asked.html.match(/autocomplete="new-password"/g)).toHaveLength(2);
      for (const [typed, fault] of [
        [{ newPassword, repeatPassword: 'else' }, 'The two passwords differ'],
        [{ newPassword: 'short', repeatPassword: 'short' }, 'at least 15 characters'],
        [{ newPassword: ada.password, repeatPassword: ada.password }, 'must differ'],
      ] as const) {
        const refused = await browser.submit(asked, typed);
        expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(fault)]);
      }
      const done = await browser.submit(asked, typedTwice);
      expect(done.location).toBe('/app');
      expect((await session()).status).toBe(200);
      expect((await signIn(new PageBrowser(app.url), '/sign-in', { ...ada, password: newPassword })).location).toBe(
        '/signed-in',
      );
    });

    it('cannot be chosen without the sign-in, nor after its time', async () => {
      await browser.visit('/sign-in');
      expect((await browser.open('/flow/new-password')).location).toBe('/flow/sign-in');
      await require();
      await signIn();
      const asked = await browser.open('/flow/new-password');
      await app.pass(601);
      const late = await browser.submit(asked, typedTwice);
      expect(late.status).toBe(410);
      expect(late.html).toContain('href="/sign-in"');
      expect(browser.jar.get(sessionCookie)).toBeUndefined();
    });
  });
});
