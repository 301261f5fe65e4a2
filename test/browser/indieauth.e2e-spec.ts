import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { Site } from '../../libs/outbound/testing/site.js';
import { IndieauthClient, ownPage } from '../api/support/indieauth-client.js';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { launchChromium } from './support/chromium.js';

jest.setTimeout(90_000);

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  [
    'a phone without JavaScript',
    { javaScriptEnabled: false, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  ],
  ['a desk, in the dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
];

describe("signing in with one's own domain in a browser", () => {
  let browser: Browser;
  let app: App;
  let site: Site;
  let client: IndieauthClient;
  let ada: Person;

  beforeAll(async () => {
    browser = await launchChromium();
    const port = String(await usablePort(0));
    const settings = { GATEHOUSE_PORT: port, GATEHOUSE_PUBLIC_URL: `http://localhost:${port}` };
    app = await startApp({ queue: queueBackend, settings });
    site = await Site.start();
    client = new IndieauthClient(app, `http://127.0.0.1:${site.port}/`);
    ada = await registerAndVerify(app);
    await ownPage(app, ada, 'https://ada.example.test/');
    await ownPage(app, ada, 'https://writings.ada.example.test/');
  });

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await site?.stop();
  });

  it.each(looks)('asks, lets choose a page and leads to the client: on %s', async (_look, options) => {
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('console', (message) => {
        if (!message.text().startsWith('Failed to load resource')) faults.push(message.text());
      });
      site.put('/callback', { body: '<h1>Welcome</h1>' });
      const { address, state, verifier } = client.begin();
      await page.goto(address);
      await page.getByLabel('E-mail address or user name').fill(ada.email);
      await page.getByLabel('Password', { exact: true }).fill(ada.password);
      await press(page, 'Sign in');
      expect(await page.locator('h1').innerText()).toBe(`Sign in to 127.0.0.1:${site.port}?`);
      if (options.javaScriptEnabled !== false) expect(await violations(page)).toEqual([]);
      await page.getByLabel('https://writings.ada.example.test/').check();
      const folder = process.env['SCREENSHOTS'];
      if (folder) {
        const path = `${folder}/indieauth-${page.viewportSize()!.width}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      const arrived = page.waitForURL((url) => url.pathname === '/callback');
      await Promise.all([arrived, page.getByRole('button', { name: 'Allow', exact: true }).click()]);
      const answer = new URL(page.url()).searchParams;
      expect(answer.get('state')).toBe(state);
      const told = await client.redeem('/auth', { code: answer.get('code')!, verifier });
      expect(told).toMatchObject({ status: 200, body: { me: 'https://writings.ada.example.test/' } });
      expect(faults).toEqual([]);
    } finally {
      await context.close();
    }
  });
});

/** Presses a button, to where the browser ends. A form that is blocked leads nowhere. */
async function press(page: Page, name: string): Promise<void> {
  const left = page.waitForNavigation({ timeout: 10_000 });
  await Promise.all([left, page.getByRole('button', { name, exact: true }).click()]);
}

/** What axe finds, and whether the page scrolls sideways. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = (): Promise<AxeResults> =>
    (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<AxeResults>;
  const found = (await page.evaluate(run)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  return wide === true ? [...found, 'it is too wide'] : found;
}
