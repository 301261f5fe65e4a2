import type { Browser, Page } from 'playwright-core';
import type { SignedIn } from '../support/people.js';
import { codeAt } from '../support/second-factors.js';
import { EmbeddedServer } from '../support/embedded-server.js';
import { accepted } from '../support/people.js';
import { launchChromium } from './support/chromium.js';
import { desk, faultsOf, focused, follow, heading, look, open, phone, press } from './support/visit.js';

// Axe takes some 300 ms a page, and Jest heeds no timeout of a project.
jest.setTimeout(90_000);

const password = 'hollow lantern meadow';
let browser: Browser;
let server: EmbeddedServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await EmbeddedServer.make();
  await server.process.start();
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const pathOf = (page: Page): string => page.url().slice(server.url.length);

async function linkTo(email: string, kind: string, subject: RegExp): Promise<string> {
  const { text } = await server.mail(email, subject);
  return new RegExp(`${server.url}/link/${kind}/[\\w-]+`).exec(text)![0];
}

/** Registers over the API. */
async function register(email: string): Promise<void> {
  await server.client.post('/v1/auth/register', { email, password });
  const link = await linkTo(email, 'verify-email', /^Confirm/);
  accepted(await server.client.post('/v1/auth/email/verify', { token: link.slice(link.lastIndexOf('/') + 1) }), 200);
}

/** Adds an authenticator app over the API, as an app would. @returns what it shows so many steps from now */
async function enrol(identifier: string): Promise<(steps: number) => string> {
  const session = await server.client.post<SignedIn>('/v1/auth/login', { identifier, password });
  const bearer = accepted(session, 200).accessToken;
  const { secret } = accepted(await server.client.post<{ secret: string }>('/v1/me/totp', undefined, { bearer }), 200);
  const code = (steps: number): string => codeAt(secret, Math.floor(Date.now() / 30_000) + steps);
  accepted(await server.client.post('/v1/me/totp/confirm', { code: code(-1) }, { bearer }), 200);
  return code;
}

describe.each([
  { how: 'with JavaScript', javaScriptEnabled: true },
  { how: 'without JavaScript', javaScriptEnabled: false },
])('the hosted sign-in, on a phone $how', ({ javaScriptEnabled }) => {
  const email = `ada.${javaScriptEnabled ? 'js' : 'plain'}@example.test`;
  const shot = (page: Page, name: string): Promise<void> =>
    look(page, `hosted-${javaScriptEnabled ? 'js' : 'plain'}-${name}`);

  it('leads from registration over the mailbox and the second step to the landing, and out again', async () => {
    const { context, page, faults } = await open(browser, { ...phone, javaScriptEnabled });
    await page.goto(`${server.url}/sign-in`);
    expect([pathOf(page), await heading(page)]).toEqual(['/flow/sign-in', 'Sign in']);
    await shot(page, '1-sign-in');
    await follow(page, 'Create an account');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('The same password again').fill(`${password}!`);
    expect(await press(page, 'Create account')).toBe(422);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    await shot(page, '2-register-errors');
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('The same password again').fill(password);
    expect(await press(page, 'Create account')).toBe(200);
    expect([pathOf(page), await heading(page)]).toEqual(['/flow/check-mail', 'Check your mail']);
    await shot(page, '3-check-mail');

    await page.goto(await linkTo(email, 'verify-email', /^Confirm/));
    await press(page, 'Confirm my e-mail');
    await follow(page, 'Sign in');
    expect(await page.getByLabel('E-mail address or user name').inputValue()).toBe(email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    expect(await press(page, 'Sign in')).toBe(422);
    await shot(page, '4-sign-in-errors');
    await page.getByLabel('Password', { exact: true }).fill(password);
    expect(await press(page, 'Sign in')).toBe(200);
    expect([pathOf(page), await heading(page)]).toEqual(['/signed-in', 'You are signed in']);
    await shot(page, '5-signed-in');
    await press(page, 'Sign out');
    expect(await heading(page)).toBe('You are signed out');

    const code = await enrol(email);
    await follow(page, 'Sign in again');
    await page.getByLabel('E-mail address or user name').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press(page, 'Sign in');
    expect([pathOf(page), await heading(page)]).toEqual(['/flow/second-factor', 'One more step']);
    await shot(page, '6-second-factor');
    await page.getByLabel('Code').fill(code(0));
    expect(await press(page, 'Go on')).toBe(200);
    expect(pathOf(page)).toBe('/signed-in');
    expect(await page.locator('main').innerText()).toContain(email);
    const cookies = await context.cookies();
    for (const name of ['__Host-gatehouse-session', '__Host-gatehouse-sign-in']) {
      expect(cookies.find((cookie) => cookie.name === name)).toMatchObject({ secure: true, httpOnly: true, path: '/' });
    }
    await page.goBack();
    await page.goto(`${server.url}/sign-in`);
    expect(pathOf(page)).toBe('/signed-in');
    await press(page, 'Sign out');
    expect(pathOf(page)).toBe('/signed-out');
    await page.goto(`${server.url}/signed-in`);
    expect(pathOf(page)).toBe('/flow/sign-in');
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the hosted sign-in', () => {
  const email = 'grace@example.test';

  beforeAll(() => register(email));

  it('goes by the keyboard alone, the focus seen at every stop', async () => {
    const { context, page } = await open(browser, { ...desk, reducedMotion: 'reduce' });
    await page.goto(`${server.url}/sign-in`);
    await focused(page, '[name="identifier"]');
    const focus = () =>
      page.evaluate(() => {
        const element = document.activeElement!;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const name = element.getAttribute('name') ?? element.textContent;
        return { name, seen: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 };
      });
    const stops = [];
    for (let stop = 0; stop < 7; stop += 1) {
      stops.push(await focus());
      await page.keyboard.press('Tab');
    }
    expect(stops).toEqual(
      [
        'identifier',
        'password',
        'Sign in',
        'Sign in with a passkey',
        'E-mail me a link instead',
        'Forgot your password?',
        'Create an account',
      ].map((name) => ({ name, seen: true })),
    );
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('button')!).transitionDuration)).toBe(
      '0s',
    );

    await page.reload();
    await focused(page, '[name="identifier"]');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    // The summary has the focus, so that it is read first; the fields follow.
    await focused(page, '[role="alert"]');
    expect(await page.title()).toMatch(/^Error: /);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(pathOf(page)).toBe('/signed-in');
    await page.keyboard.press('Tab');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(pathOf(page)).toBe('/signed-out');
    await context.close();
  });

  it('ends where the browser was sent from, and at no other site', async () => {
    const { context, page } = await open(browser, desk);
    await page.goto(`${server.url}/sign-in?return_to=${encodeURIComponent('/health?from=sign-in')}`);
    await page.getByLabel('E-mail address or user name').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press(page, 'Sign in');
    expect(pathOf(page)).toBe('/health?from=sign-in');
    for (const target of ['//example.org/', '/\\example.org/', 'https://example.org/']) {
      const answer = await page.goto(`${server.url}/sign-in?return_to=${encodeURIComponent(target)}`);
      expect([answer?.status(), new URL(page.url()).origin]).toEqual([400, server.url]);
    }
    await context.close();
  });

  it.each([
    ['a phone', phone],
    ['a desk, dark', desk],
  ])('has no fault that axe knows on %s, and does not scroll sideways', async (_, view) => {
    const { context, page, faults } = await open(browser, view);
    const found: string[] = [];
    const judge = async (): Promise<void> => {
      found.push(...(await faultsOf(page)));
    };
    await page.goto(`${server.url}/sign-in`);
    for (const path of ['sign-in', 'register', 'forgot-password', 'magic-link']) {
      await page.goto(`${server.url}/flow/${path}`);
      await judge();
    }
    await page.goto(`${server.url}/flow/forgot-password`);
    await page.getByLabel('E-mail address').fill('nobody@example.test');
    await press(page, 'Send the link');
    await judge();
    await page.goto(`${server.url}/flow/sign-in`);
    await page.getByLabel('E-mail address or user name').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press(page, 'Sign in');
    await judge();
    await press(page, 'Sign out');
    await judge();
    await context.clearCookies();
    await page.goto(`${server.url}/flow/sign-in`);
    expect(await heading(page)).toBe('This sign-in cannot go on');
    await judge();
    expect([...found, ...faults]).toEqual([]);
    await context.close();
  });
});
