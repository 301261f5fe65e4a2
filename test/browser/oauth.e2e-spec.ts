import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import * as openid from 'openid-client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { RelyingParty } from '../api/support/relying-party.js';
import { type App, startApp } from '../support/app.js';
import { arrive, type Person, registerAndVerify, someone } from '../support/people.js';
import { type Authenticator, enrolTotp } from '../support/second-factors.js';
import { launchChromium } from './support/chromium.js';
import { ClientSite } from './support/client-site.js';

// Axe takes some 300 ms a page, and Jest heeds no timeout of a project.
jest.setTimeout(90_000);

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const desk: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

let browser: Browser;
let app: App;
const sites: ClientSite[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  const port = String(await usablePort(0));
  const settings = { GATEHOUSE_PORT: port, GATEHOUSE_PUBLIC_URL: `http://localhost:${port}` };
  app = await startApp({ queue: queueBackend, settings });
});

afterAll(async () => {
  for (const site of sites) site.close();
  await browser?.close();
  await app?.stop();
});

interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** All that the browser complains about: a blocked form or style among it. */
  readonly faults: string[];
}

async function open(options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ ...options, javaScriptEnabled: options.javaScriptEnabled ?? false });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // That an answer is a 4xx is told there too; tests look at the status themselves.
    if (!message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  return { context, page, faults };
}

async function openSite(...[id, options]: [string, Parameters<typeof ClientSite.open>[2]?]): Promise<ClientSite> {
  const site = await ClientSite.open(app, id, options);
  sites.push(site);
  return site;
}

/** For people who want to see what a test saw: SCREENSHOTS names a folder. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  const width = page.viewportSize()?.width ?? 0;
  if (folder) await page.screenshot({ path: join(folder, `oauth-${name}-${width}.png`), fullPage: true });
}

const heading = (page: Page): Promise<string> => page.locator('h1').innerText();

/** Presses a button or follows a link, to where the browser ends. A form that is blocked leads nowhere. */
async function press(page: Page, name: string, role: 'button' | 'link' = 'button'): Promise<void> {
  const left = page.waitForNavigation({ timeout: 10_000 });
  await Promise.all([left, page.getByRole(role, { name, exact: true }).click()]);
}

async function typePassword(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('E-mail address or user name').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Sign in');
}

describe('a client on another origin, without JavaScript', () => {
  let ada: Person;
  let authenticator: Authenticator;

  beforeAll(async () => {
    const visit = await arrive(app, someone('ada'));
    ada = visit;
    ({ authenticator } = await enrolTotp(app, visit.api));
  });

  it('signs a person in: password, second factor, consent, and back; and out again', async () => {
    const site = await openSite('shop');
    const { context, page, faults } = await open(phone);
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([app.url, 'Sign in']);
    await typePassword(page, ada);
    expect(await heading(page)).toBe('One more step');
    await page.getByLabel('Code').fill(await authenticator.nextCode());
    await press(page, 'Go on');
    expect(await heading(page)).toBe('Allow The shop app?');
    const said = await page.locator('main').innerText();
    for (const part of ['Your e-mail address', ada.email, site.url, 'When you sign out']) expect(said).toContain(part);
    await press(page, 'Allow');
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([site.url, `Hello ${ada.email}`]);

    await press(page, 'Sign out', 'link');
    expect(await heading(page)).toBe('Sign out?');
    await press(page, 'Sign out');
    expect([page.url(), await heading(page)]).toEqual([`${site.url}/bye`, 'Good bye']);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('gets its person back straight from the second step, where nothing is asked after it', async () => {
    const site = await openSite('console', { firstParty: true });
    const { context, page, faults } = await open(desk);
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await typePassword(page, ada);
    await page.getByLabel('Code').fill(await authenticator.nextCode());
    await press(page, 'Go on');
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([site.url, `Hello ${ada.email}`]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('gets its person back straight from the password, after a mistake too', async () => {
    const bob = await registerAndVerify(app, someone('bob'));
    const site = await openSite('till', { firstParty: true, params: { prompt: 'login' } });
    const { context, page, faults } = await open(desk);
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await typePassword(page, { ...bob, password: 'not the password' });
    expect(await page.title()).toMatch(/^Error: /);
    await typePassword(page, bob);
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([site.url, `Hello ${bob.email}`]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is told where consent was denied', async () => {
    const site = await openSite('curious');
    const { context, page, faults } = await open(phone);
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await typePassword(page, await registerAndVerify(app, someone('carol')));
    await press(page, 'Deny');
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([site.url, 'Refused: access_denied']);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('may send its people on to another host, which the forms of the way there do not stop', async () => {
    const home = await openSite('home');
    const site = await openSite('gate', { onward: `${home.url}/bye` });
    const { context, page, faults } = await open(phone);
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await typePassword(page, await registerAndVerify(app, someone('frank')));
    await press(page, 'Allow');
    expect([page.url(), await heading(page), faults]).toEqual([`${home.url}/bye`, 'Good bye', []]);
    await context.close();
  });

  it('alone makes a page whose form may end beside ourselves', async () => {
    const site = await openSite('narrow');
    const { context, page } = await open(phone);
    const policies: string[] = [];
    page.on('response', (response) => {
      const policy = response.headers()['content-security-policy'] ?? '';
      if (/\/flow\/[\w-]+$/.test(response.url()) && response.status() === 200) policies.push(policy);
    });
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await page.goto(`${app.url}/flow/register`);
    await page.goto(`${app.url}/flow/magic-link`);
    expect(policies.length).toBeGreaterThanOrEqual(3);
    for (const policy of policies) expect(policy).toContain("form-action 'self' http: https:;");
    const other = await open(phone);
    const asked = await other.page.goto(`${app.url}/sign-in`);
    expect(asked?.headers()['content-security-policy']).toContain("form-action 'self';");
    await Promise.all([context.close(), other.context.close()]);
  });
});

describe('a client on another origin, by POST alone', () => {
  it.each([
    ['by a script', true],
    ['by a press of its button, where no script runs', false],
  ])(
    'posts its requests from another site, with whom is signed in here, and has its answer posted: %s',
    async (_, js) => {
      const site = await openSite(js ? 'poster' : 'scriptless', {
        posts: true,
        params: { response_mode: 'form_post' },
      });
      const eve = await registerAndVerify(app, someone('eve'));
      const { context, page, faults } = await open({ ...desk, javaScriptEnabled: js });
      const arrived = async (): Promise<void> => {
        if (!js) await press(page, 'Continue');
        await page.waitForURL(`${site.url}/callback`);
        expect(await heading(page)).toBe(`Hello ${eve.email}`);
      };
      await page.goto(site.url);
      await press(page, 'Sign in with Gatehouse');
      await typePassword(page, eve);
      await press(page, 'Allow');
      await arrived();
      // The post brings no cookie; the address that it is answered with does: nobody signs in again.
      await page.goto(site.url);
      await press(page, 'Sign in with Gatehouse');
      await arrived();
      await press(page, 'Sign out');
      await press(page, 'Sign out');
      expect([page.url(), await heading(page)]).toEqual([`${site.url}/bye`, 'Good bye']);
      expect(faults).toEqual([]);
      await context.close();
    },
  );
});

describe.each([
  ['a phone', phone],
  ['a desk', desk],
  ['a desk, dark', { ...desk, viewport: { width: 1281, height: 800 }, colorScheme: 'dark' as const }],
])('the pages of the provider on %s', (_, view) => {
  it('have no fault that axe knows, and do not scroll sideways', async () => {
    const { context, page, faults } = await open({ ...view, javaScriptEnabled: true });
    const found: string[] = [];
    const judge = async (name: string): Promise<void> => {
      await look(page, name);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(
        () => (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<AxeResults>,
      );
      found.push(...violations.map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html ?? ''}`));
      const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
      if (wide === true) found.push(`${name} is too wide`);
    };
    const id = `judged-${view.viewport?.width}`;
    const site = await openSite(id, {
      params: { scope: 'openid email profile phone groups offline_access', prompt: 'consent' },
    });
    const dora = await registerAndVerify(app, someone('dora'));
    await page.goto(site.url);
    await press(page, 'Sign in with Gatehouse', 'link');
    await typePassword(page, dora);
    expect(await heading(page)).toBe(`Allow The ${id} app?`);
    expect(await page.locator('main').innerText()).toContain('After 365 days at the latest');
    await judge('consent');
    await press(page, 'Allow');

    const television = await RelyingParty.register(app, `television-${id}`, {
      client_name: 'Television in the living room',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      redirect_uris: [],
    });
    const device = await openid.initiateDeviceAuthorization(television.config, { scope: 'openid email' });
    await page.goto(device.verification_uri);
    expect(await heading(page)).toBe('Connect a device');
    await judge('device');
    await page.getByLabel('Code').fill('AAAA-AAAA');
    await press(page, 'Go on');
    expect(await page.locator('main').innerText()).toContain('This is not a code that a device shows now');
    await judge('device-wrong-code');
    await page.getByLabel('Code').fill(device.user_code);
    await press(page, 'Go on');
    expect(await heading(page)).toBe('Connect Television in the living room?');
    await judge('device-confirm');
    await press(page, 'Connect it');
    await press(page, 'Allow');
    expect(await heading(page)).toBe('Your device is connected');
    await judge('device-done');

    await page.goto(`${app.url}/oidc/auth?client_id=nobody&response_type=code`);
    expect(await heading(page)).toBe('This request cannot go on');
    await judge('error');
    await page.goto(`${app.url}/oidc/session/end?client_id=${id}`);
    expect(await heading(page)).toBe('Sign out?');
    await judge('sign-out');
    await press(page, 'Sign out');
    expect(await heading(page)).toBe('You are signed out');
    await judge('signed-out');
    expect([...found, ...faults]).toEqual([]);
    await context.close();
  });
});
