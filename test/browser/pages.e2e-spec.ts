import axe, { type AxeResults, type NodeResult } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { HttpServer } from '@app/http';
import { icon, passkeyScript, stylesheet } from '@app/pages';
import { dark, light } from '../../libs/pages/src/tokens.js';
import { launchChromium } from './support/chromium.js';
import { startPageServer } from './support/page-server.js';
import { sampleMails } from './support/sample-mails.js';
import { samplePages } from './support/sample-pages.js';
import { focused } from './support/visit.js';

// A page takes axe some 300 ms, and Jest heeds no timeout of a project.
jest.setTimeout(60_000);

let server: HttpServer;
let url: string;
let browser: Browser;

beforeAll(async () => {
  server = await startPageServer();
  url = await server.getUrl();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const smallest: BrowserContextOptions = { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true };
const desk: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** Looks at one address after another in one fresh context, which is closed afterwards. */
async function visit(options: BrowserContextOptions, look: (page: Page, context: BrowserContext) => Promise<void>) {
  const context = await browser.newContext(options);
  try {
    await look(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

/**
 * What axe finds against WCAG 2.2 A and AA and its own best practices, one line each. Contrast that it could not
 * measure counts too, else a page could hide from it; only single letters it never judges.
 */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    () => (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<AxeResults>,
  );
  const unmeasured = results.incomplete
    .filter(({ id }) => id === 'color-contrast')
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => reasonOf(node) !== 'shortTextContent') }));
  return [...results.violations, ...unmeasured].flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

const reasonOf = ({ any }: NodeResult): unknown => (any[0]?.data as { messageKey?: string } | undefined)?.messageKey;

const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const rgb = (colour: string): string =>
  `rgb(${[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join(', ')})`;

// Markup and colours do not depend on the width: two runs see all of both.
const views = [
  ['light on a phone', { ...phone, colorScheme: 'light' }, light],
  ['dark on a desk', { ...desk, colorScheme: 'dark' }, dark],
] as const;

it.each(views)(
  'have no fault that axe knows, %s, and break none of their content policy',
  async (_name, view, colours) => {
    const faults: string[] = [];
    await visit(view, async (page) => {
      page.on('console', (message) => faults.push(message.text()));
      for (const name of Object.keys(samplePages)) {
        await page.goto(`${url}/pages/${name}`);
        faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(rgb(colours.canvas));
      }
    });
    expect(faults).toEqual([]);
  },
);

it('fit the smallest phone, with targets of 44 pixels and inputs it does not zoom into', async () => {
  await visit(smallest, async (page) => {
    for (const name of Object.keys(samplePages)) {
      await page.goto(`${url}/pages/${name}`);
      expect([name, await overflow(page)]).toEqual([name, 0]);
      for (const target of await page.locator('button:visible, a:visible, input:visible').all()) {
        const box = (await target.boundingBox())!;
        expect([name, box.height >= 44 && box.width >= 44]).toEqual([name, true]);
      }
      for (const input of await page.locator('input:visible').all()) {
        expect(await input.evaluate((node) => parseFloat(getComputedStyle(node).fontSize))).toBeGreaterThanOrEqual(16);
      }
    }
  });
});

it('show where the keyboard is', async () => {
  await visit(desk, async (page) => {
    await page.goto(`${url}/pages/first-admin`);
    await focused(page, 'input');
    for (let stop = 0; stop < 4; stop += 1) {
      const ring = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
        return { tag: document.activeElement!.tagName, outlineStyle, width: parseFloat(outlineWidth) };
      });
      expect(ring).toMatchObject({ tag: stop === 3 ? 'BUTTON' : 'INPUT', outlineStyle: 'solid' });
      expect(ring.width).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Tab');
    }
  });
});

it('lead from the error summary, which has the focus, to the field', async () => {
  await visit(desk, async (page) => {
    await page.goto(`${url}/pages/reset-password-errors`);
    expect(await page.title()).toMatch(/^Error: /);
    await focused(page, '[role="alert"]');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**#field-newPassword');
    await focused(page, '#field-newPassword');
  });
});

it('send their forms without JavaScript', async () => {
  await visit({ ...phone, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${url}/pages/reset-password`);
    await page.getByLabel('New password').fill('correct horse battery staple');
    await page.getByLabel('The same password again').fill('correct horse battery staple');
    const [answer] = await Promise.all([page.waitForNavigation(), page.getByRole('button').click()]);
    expect(answer!.status()).toBe(200);
    expect(await answer!.json()).toEqual({
      csrf: 'sample-token',
      username: 'reader@example.org',
      newPassword: 'correct horse battery staple',
      repeatPassword: 'correct horse battery staple',
    });
  });
});

describe('mails', () => {
  it.each(views)('have no fault that axe knows, %s', async (_name, view) => {
    const faults: string[] = [];
    await visit(view, async (page) => {
      for (const name of Object.keys(sampleMails)) {
        await page.goto(`${url}/mails/${name}`);
        const found = await faultsOf(page);
        // A mail is a part of the reader's page, which has the landmarks.
        faults.push(
          ...found.filter((fault) => !/^(region|landmark-one-main):/.test(fault)).map((f) => `${name}: ${f}`),
        );
        expect([name, await overflow(page)]).toEqual([name, 0]);
      }
    });
    expect(faults).toEqual([]);
  });
});

describe('assets', () => {
  it.each([
    ['stylesheet', stylesheet],
    ['icon', icon],
    ['script', passkeyScript],
  ])('let browsers keep the %s for good under its own name', async (_name, asset) => {
    const answer = await fetch(`${url}${asset.path}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(asset.contentType);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toBe(asset.body);
  });

  it('serve the page of another version in a roll-out, to be kept by nobody', async () => {
    const answer = await fetch(`${url}/assets/gatehouse.0123456789abcdef.css`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe(stylesheet.body);
  });

  it('give nothing else', async () => {
    expect((await fetch(`${url}/assets/other.css`)).status).toBe(404);
  });
});
