import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { EmbeddedServer } from '../support/embedded-server.js';
import { until } from '../support/smtp.js';
import { launchChromium } from './support/chromium.js';

const password = 'hollow lantern meadow';
const newPassword = 'meadow lantern hollow';
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

/** A browser of somebody's own, and all that it complains about: a blocked style, script or cookie among it. */
async function open(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<{
  readonly context: BrowserContext;
  readonly page: Page;
  readonly faults: string[];
}> {
  const context = await browser.newContext({ ...phone, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // That an answer is a 4xx is told there too; tests look at the status themselves.
    if (!message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return { context, page, faults };
}

/** For people who want to see what a test saw: SCREENSHOTS names a folder. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();

/** Presses the form's button. @returns the status of the page that it leads to */
async function press(page: Page, name: string): Promise<number | undefined> {
  const [answer] = await Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).click()]);
  return answer?.status();
}

describe.each([
  { how: 'with JavaScript', javaScriptEnabled: true },
  { how: 'without JavaScript', javaScriptEnabled: false },
])('the links of mails, on a phone $how', ({ how, javaScriptEnabled }) => {
  const email = 'ada@example.test';
  const shot = (page: Page, name: string): Promise<void> => look(page, `${name}, ${how}`.replace(/\W+/g, '-'));
  let server: EmbeddedServer;

  const logIn = async (identifier: string, typed: string): Promise<{ status: number; accessToken: string }> => {
    const { status, body } = await server.client.post<{ accessToken: string }>('/v1/auth/login', {
      identifier,
      password: typed,
    });
    return { status, accessToken: body.accessToken };
  };

  const linkTo = async (kind: string, subject: RegExp): Promise<string> => {
    const { text } = await server.mail(email, subject);
    return new RegExp(`${server.url}/link/${kind}/[\\w-]+`).exec(text)![0];
  };

  beforeAll(async () => {
    server = await EmbeddedServer.make();
    await server.process.start();
  });

  afterAll(() => server?.remove());

  it('make the first administrator, once', async () => {
    const link = /http:\S+\/link\/first-admin\/\S+/.exec(server.process.log)![0];
    const { context, page, faults } = await open({ javaScriptEnabled });
    await page.goto(link);
    expect(page.url()).toBe(`${server.url}/flow/first-admin`);
    expect(await heading(page)).toBe('Create the first administrator');
    await shot(page, 'first admin');
    await page.getByLabel('E-mail address').fill('root@example.test');
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('The same password again').fill(newPassword);
    expect(await press(page, 'Create administrator')).toBe(422);
    await shot(page, 'first admin, errors');
    expect(await page.getByRole('alert').innerText()).toContain('The two passwords differ.');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('root@example.test');
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('The same password again').fill(password);
    expect(await press(page, 'Create administrator')).toBe(200);
    await shot(page, 'first admin, done');
    expect(await heading(page)).toBe('Gatehouse is yours');
    const { status, accessToken } = await logIn('root@example.test', password);
    expect(status).toBe(200);
    expect((await server.client.get('/v1/admin/users', { bearer: accessToken })).status).toBe(200);
    expect((await page.goto(link))?.status()).toBe(410);
    expect(await heading(page)).toBe('This link no longer works');
    await shot(page, 'link expired');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('confirm an address by the button and not by being opened', async () => {
    await server.client.post('/v1/auth/register', { email, password });
    const link = await linkTo('verify-email', /^Confirm/);
    const scanner = await open({ javaScriptEnabled });
    await scanner.page.goto(link);
    await scanner.context.close();

    const { context, page, faults } = await open({ javaScriptEnabled });
    expect((await page.goto(link))?.status()).toBe(200);
    expect(page.url()).toBe(`${server.url}/flow/verify-email`);
    // The cookie that the page is known by; on http://localhost browsers keep it like on https.
    expect(await context.cookies()).toMatchObject([
      { name: '__Host-gatehouse-verify-email', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
    ]);
    await shot(page, 'verify');
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(await page.locator('body').innerText()).toContain(email);
    expect((await logIn(email, password)).status).toBe(401);
    expect(await press(page, 'Confirm my e-mail')).toBe(200);
    expect(page.url()).toBe(`${server.url}/flow/verify-email/done`);
    await shot(page, 'verified');
    expect(await heading(page)).toBe('Your e-mail is confirmed');
    expect((await logIn(email, password)).status).toBe(200);
    await page.reload();
    expect(await heading(page)).toBe('Your e-mail is confirmed');
    expect((await page.goto(link))?.status()).toBe(410);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('lead to a new password, past what is wrong with the first ones', async () => {
    const before = await logIn(email, password);
    await server.client.post('/v1/auth/password/forgot', { email });
    const { context, page, faults } = await open({ javaScriptEnabled });
    await page.goto(await linkTo('reset-password', /^Reset your/));
    expect(await heading(page)).toBe('Choose a new password');
    expect(await page.getByLabel('Account').inputValue()).toBe(email);
    await shot(page, 'reset');
    const choose = async (first: string, second: string): Promise<number | undefined> => {
      await page.getByLabel('New password').fill(first);
      await page.getByLabel('The same password again').fill(second);
      return press(page, 'Save new password');
    };
    expect(await choose(newPassword, password)).toBe(422);
    await shot(page, 'reset, errors');
    expect(await page.getByRole('alert').innerText()).toContain('The two passwords differ.');
    expect(await page.getByLabel('New password').inputValue()).toBe('');
    expect(await choose('passwordpassword', 'passwordpassword')).toBe(422);
    await shot(page, 'reset, common');
    expect(await page.getByRole('alert').innerText()).not.toContain('differ');
    expect(await choose(newPassword, newPassword)).toBe(200);
    await shot(page, 'reset, done');
    expect(page.url()).toBe(`${server.url}/flow/reset-password/done`);
    expect(await heading(page)).toBe('Your password is changed');
    expect((await logIn(email, newPassword)).status).toBe(200);
    expect((await logIn(email, password)).status).toBe(401);
    expect((await server.client.get('/v1/me', { bearer: before.accessToken })).status).toBe(401);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('are followed from a mail reader on another site, in its text and in its HTML', async () => {
    await server.client.post('/v1/auth/password/forgot', { email });
    const link = await linkTo('reset-password', /^Reset your/);
    const { context, page, faults } = await open({ javaScriptEnabled });
    // To a browser, 127.0.0.1 and localhost are two sites.
    const reader = server.url.replace('localhost', '127.0.0.1');
    await page.goto(`${reader}/dev/mail`);
    await shot(page, 'inbox');
    const mail = page.locator('article').filter({ hasText: link });
    await mail.getByText('HTML', { exact: true }).click();
    const [fromHtml] = await Promise.all([
      context.waitForEvent('page'),
      mail.frameLocator('iframe').getByRole('link').first().click(),
    ]);
    await fromHtml.waitForURL(`${server.url}/flow/reset-password`);
    expect(await heading(fromHtml)).toBe('Choose a new password');
    await shot(page, 'inbox, html');
    // A page behind another one is not painted, and what is not painted cannot be clicked.
    await fromHtml.close();
    await page.bringToFront();
    await until(
      'the page behind the link',
      async () => {
        // By the keyboard: the list still grows under a pointer where an HTML part has just opened.
        await mail
          .locator('pre a')
          .first()
          .press('Enter', { timeout: 5_000, noWaitAfter: true })
          .catch(() => undefined);
        return page.waitForURL(`${server.url}/flow/reset-password`, { timeout: 5_000 }).then(
          () => true,
          () => false,
        );
      },
      40_000,
    );
    await page.getByLabel('New password').fill(newPassword);
    await page.getByLabel('The same password again').fill(password);
    expect(await press(page, 'Save new password')).toBe(422);
    expect(faults).toEqual([]);
    await context.close();
  });

  if (javaScriptEnabled) {
    it('are read beside it, and a page of this origin signs in by a cookie', async () => {
      const { context, page, faults } = await open();
      await page.goto(`${server.url}/docs`);
      await page.getByText('/v1/auth/login').first().waitFor();
      await look(page, 'docs');
      const call = (method: string, path: string, body?: object): Promise<{ status: number; body: string }> =>
        page.evaluate(
          async ([verb, url, json]) => {
            const headers = { 'content-type': 'application/json' };
            const answer = await fetch(url!, { method: verb!, ...(json === undefined ? {} : { headers, body: json }) });
            return { status: answer.status, body: await answer.text() };
          },
          [method, path, body && JSON.stringify(body)] as const,
        );
      const signIn = { identifier: email, password: newPassword, delivery: 'cookie' };
      expect((await call('POST', '/v1/auth/login', signIn)).status).toBe(200);
      const names = async (): Promise<string[]> => (await context.cookies()).map(({ name }) => name).sort();
      // The second says that the account knows this device; it opens nothing.
      expect(await names()).toEqual(['__Host-gatehouse-device', '__Host-gatehouse-session']);
      expect((await context.cookies()).every(({ secure, httpOnly }) => secure && httpOnly)).toBe(true);
      expect(await call('GET', '/v1/me')).toMatchObject({
        status: 200,
        body: expect.stringContaining(email) as string,
      });
      expect((await call('POST', '/v1/auth/logout', {})).status).toBe(204);
      expect(await names()).toEqual(['__Host-gatehouse-device']);
      expect((await call('GET', '/v1/me')).status).toBe(401);
      expect(faults).toEqual([]);
      await context.close();
    });

    it('and the documentation tries operations out, under its content policy', async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('console', (message) => faults.push(message.text()));
      await page.goto(`${server.url}/docs`);
      const operation = page.locator('.opblock', { hasText: 'Whether the service can reach its database' });
      await operation.click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByRole('button', { name: 'Execute' }).click();
      await operation.getByText('"connected"').first().waitFor();
      await look(page, 'docs-tried-out');
      expect(faults).toEqual([]);
      await context.close();
    });
  }
});
