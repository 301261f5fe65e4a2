import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' };

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** All that the browser complains about: a blocked style, script or cookie among it. */
  readonly faults: string[];
}

/** A browser of somebody's own. */
export async function open(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
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
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

export const heading = (page: Page): Promise<string> => page.locator('h1').innerText();

/** Presses the form's button. @returns the status of the page that it leads to */
export async function press(page: Page, name: string): Promise<number | undefined> {
  const button = page.getByRole('button', { name, exact: true });
  const [answer] = await Promise.all([page.waitForNavigation(), button.click()]);
  return answer?.status();
}

export async function follow(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name }).click()]);
}

/**
 * Waits until an element has the focus. Chromium gives a page its first focus with the next frame, which may come
 * after the page has loaded: a test that types before that loses letters.
 * @throws when none that matches the selector gets it within the page's time
 */
export async function focused(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector, { timeout: 10_000 });
}

/** What axe finds, and whether the page scrolls sideways, one line each. */
export async function faultsOf(page: Page): Promise<string[]> {
  const path = new URL(page.url()).pathname;
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    () => (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<AxeResults>,
  );
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  return [
    ...violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html ?? ''}`),
    ...(wide === true ? [`${path} is too wide`] : []),
  ];
}
