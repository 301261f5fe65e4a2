import { multiFactor, singleFactor } from '@app/sessions';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, registerAndVerify, someone } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { until } from '../support/smtp.js';
import { codeIn, type MagicMail, wrong } from './support/magic-link.js';
import { type Page, PageBrowser } from './support/page-browser.js';

const sessionCookie = '__Host-gatehouse-session';
const bindingCookie = '__Host-gatehouse-magic-binding';

describe(`signing in by mail through pages, queue on ${queueBackend}`, () => {
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

  /** Goes from the sign-in to the form for the address, and sends it. @returns the page that asks for the code */
  const ask = async (email: string, at = browser, address = '/sign-in'): Promise<Page> => {
    await at.visit(address);
    const sent = await at.submit(await at.open('/flow/magic-link'), { email });
    expect([sent.status, sent.location]).toEqual([303, '/flow/magic-link/code']);
    return at.open('/flow/magic-link/code');
  };
  /** Asks for the address of somebody with an account. */
  const asked = async (
    person: Person = ada,
    at = browser,
    nth = 1,
  ): Promise<{ page: Page; mail: Pick<MagicMail, 'link' | 'token' | 'code'> }> => {
    const page = await ask(person.email, at);
    const mail = await app.mailbox.waitFor(person.email, 'magicLink', nth);
    return { page, mail: { ...mail, code: codeIn(mail) } };
  };
  const session = (at = browser) => app.api.withCookies(at.jar).get('/v1/me/sessions/current');
  const isSignedIn = (at = browser): boolean => at.jar.get(sessionCookie) !== undefined;
  const unused = async (): Promise<boolean> => {
    const sql =
      'SELECT 1 FROM magic_links m JOIN users u ON u.id = m.user_id WHERE u.email = $1 AND consumed_at IS NULL';
    return (await app.sql(sql, [ada.email])).length > 0;
  };

  it('signs in by the link in the browser that asked, at the press of a button, and goes on where it was going', async () => {
    await ask(ada.email, browser, '/sign-in?return_to=/app');
    const { link } = await app.mailbox.waitFor(ada.email, 'magicLink');
    const opened = await browser.open(link);
    expect([opened.status, opened.location]).toEqual([303, '/flow/magic']);
    const page = await browser.visit(link);
    expect([page.status, page.html]).toEqual([200, expect.stringContaining(ada.email)]);
    expect([isSignedIn(), await unused()]).toEqual([false, true]);
    const done = await browser.submit(page);
    expect([done.status, done.location]).toEqual([303, '/app']);
    expect((await session()).body).toMatchObject({ carrier: 'cookie', amr: ['email'], acr: singleFactor });
    expect((await browser.submit(page)).status).toBe(410);
    expect((await browser.visit(link)).status).toBe(410);
  });

  it('signs in by the code, typed in the browser that asked', async () => {
    const { page, mail } = await asked();
    expect(page.html).toMatch(/name="code"[^>]* autocomplete="one-time-code"/);
    const done = await browser.submit(page, { code: ` ${mail.code.toLowerCase().replace('-', ' ')} ` });
    expect([done.status, done.location]).toEqual([303, '/signed-in']);
    expect((await session()).body).toMatchObject({ amr: ['email'] });
  });

  it('tells any other browser to open the link where it was asked for, and leaves it good', async () => {
    const { mail } = await asked();
    const stranger = new PageBrowser(app.url);
    const other = new PageBrowser(app.url);
    await ask(someone('other').email, other);
    for (const at of [stranger, other]) {
      const page = await at.visit(mail.link);
      expect(page.status).toBe(403);
      expect(page.html).toContain('only in the browser where you asked for it');
      expect(page.html).toContain('type the code of the mail there');
      expect(page.html).not.toMatch(/<form|@example/);
      expect(isSignedIn(at)).toBe(false);
    }
    const page = await browser.visit(mail.link);
    // Who stole the form has no binding to go with it.
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)![1]!;
    expect((await stranger.post('/flow/magic', { csrf })).status).toBe(403);
    expect((await browser.submit(page)).status).toBe(303);
  });

  it('keeps the binding in a __Host- cookie, the same for all requests of a browser, so that any of its links works', async () => {
    const first = await asked();
    const binding = browser.jar.get(bindingCookie);
    expect(binding).toMatch(/^[\w-]{43}$/);
    const second = await asked(ada, browser, 2);
    expect(browser.jar.get(bindingCookie)).toBe(binding);
    expect(second.mail.token).not.toBe(first.mail.token);
    expect((await browser.submit(await browser.visit(first.mail.link))).location).toBe('/signed-in');
    expect(app.logLines.filter((line) => line.includes(binding!))).toEqual([]);
  });

  it('takes five codes, says when they are used up, and still takes the link', async () => {
    const { page, mail } = await asked();
    let shown = page;
    for (let tries = 0; tries < 5; tries += 1) {
      shown = await browser.submit(shown, { code: wrong(mail.code) });
      expect([shown.status, shown.html]).toEqual([422, expect.stringContaining('This code is wrong')]);
      expect(shown.html).not.toContain(wrong(mail.code));
    }
    const over = await browser.submit(shown, { code: mail.code });
    expect([over.status, over.html]).toEqual([422, expect.stringContaining('Too many wrong codes')]);
    expect(isSignedIn()).toBe(false);
    expect((await browser.submit(await browser.visit(mail.link))).location).toBe('/signed-in');
  });

  it.each([
    ['no address', '/flow/magic-link', 'email', ' ', 'Type your e-mail address.'],
    ['what is no address', '/flow/magic-link', 'email', 'nobody', 'field-email-error'],
    ['no code', '/flow/magic-link/code', 'code', ' ', 'Type the code of the mail.'],
  ])('asks again where %s was typed', async (_, path, field, typed, fault) => {
    await ask(ada.email);
    const refused = await browser.submit(await browser.open(path), { [field]: typed });
    expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(fault)]);
  });

  it('asks for the second factor that an account holds: a mail is one factor', async () => {
    const owner = await arrive(app);
    const { authenticator } = await enrolTotp(app, owner.api);
    const { mail } = await asked(owner);
    const owed = await browser.submit(await browser.visit(mail.link));
    expect([owed.location, isSignedIn()]).toEqual(['/flow/second-factor', false]);
    const code = await authenticator.nextCode();
    const done = await browser.submit(await browser.open('/flow/second-factor'), { code });
    expect(done.location).toBe('/signed-in');
    expect((await session()).body).toMatchObject({ acr: multiFactor, amr: ['email', 'otp', 'mfa'] });
  });

  it('asks for the new password that an account owes', async () => {
    await app.sql(
      'UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1',
      [ada.email],
    );
    const { mail } = await asked();
    const owed = await browser.submit(await browser.visit(mail.link));
    expect([owed.location, isSignedIn()]).toEqual(['/flow/new-password', false]);
    const typed = { newPassword: 'meadow lantern hollow 7', repeatPassword: 'meadow lantern hollow 7' };
    const done = await browser.submit(await browser.open('/flow/new-password'), typed);
    expect([done.location, isSignedIn()]).toEqual(['/signed-in', true]);
  });

  it('lets nobody in whose account was disabled meanwhile, by link or by code', async () => {
    const { page, mail } = await asked();
    const behind = await browser.visit(mail.link);
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [ada.email]);
    expect((await browser.submit(behind)).status).toBe(410);
    expect((await browser.submit(page, { code: mail.code })).status).toBeGreaterThanOrEqual(400);
    expect(isSignedIn()).toBe(false);
  });

  it('is over after ten minutes', async () => {
    const { page, mail } = await asked();
    const behind = await browser.visit(mail.link);
    await app.pass(610);
    expect((await browser.submit(behind)).status).toBe(410);
    expect((await new PageBrowser(app.url).visit(mail.link)).status).toBe(410);
    expect((await browser.submit(page, { code: mail.code })).status).toBe(410);
    expect(isSignedIn()).toBe(false);
  });

  it('shows the same pages for known and unknown addresses', async () => {
    const nobody = someone('nobody').email;
    const stranger = new PageBrowser(app.url);
    const [there, nowhere] = [await asked(), await ask(nobody, stranger)];
    const reads = async (): Promise<object[]> =>
      app.sql('SELECT 1 FROM mails m JOIN mail_deliveries d ON d.mail_id = m.id WHERE m.recipient = $1', [nobody]);
    await until('the fate of the mail', async () => (await reads()).length > 0);
    const plain = ({ status, html, headers }: Page, email: string): object => ({
      status,
      html: html.replaceAll(email, '').replace(/name="csrf" value="[^"]+"/g, ''),
      headers: [...headers.keys()].sort(),
    });
    expect(plain(nowhere, nobody)).toEqual(plain(there.page, ada.email));
    const typed = { code: wrong(there.mail.code) };
    for (let [known, unknown] = [there.page, nowhere], tries = 0; tries < 7; tries += 1) {
      [known, unknown] = [await browser.submit(known, typed), await stranger.submit(unknown, typed)];
      expect(plain(unknown, nobody)).toEqual(plain(known, ada.email));
    }
  });

  it('refuses forms that were not made for this browser', async () => {
    const { mail } = await asked();
    await browser.visit(mail.link);
    for (const path of ['/flow/magic', '/flow/magic-link', '/flow/magic-link/code']) {
      const forged = { csrf: 'x', email: ada.email, code: mail.code };
      expect((await browser.post(path, forged)).status).toBe(403);
      const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      expect((await browser.post(path, forged, foreign)).status).toBe(403);
    }
    expect([isSignedIn(), await unused()]).toEqual([false, true]);
  });

  it('gives a browser that was signed in a new session in the place of the old one', async () => {
    const { email: identifier, password } = ada;
    await browser.submit(await browser.visit('/sign-in'), { identifier, password });
    const before = browser.jar.get(sessionCookie)!;
    const first = accepted(await session(), 200);
    await ask(ada.email, browser, '/sign-in?max_age=0');
    const { link } = await app.mailbox.waitFor(ada.email, 'magicLink');
    expect((await browser.submit(await browser.visit(link))).status).toBe(303);
    expect(accepted(await session(), 200)['id']).not.toBe(first['id']);
    const kept = { cookie: `${sessionCookie}=${before}` };
    expect((await app.api.get('/v1/me/sessions/current', { headers: kept })).status).toBe(401);
  });
});
