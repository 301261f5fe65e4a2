import { FirstAdmin } from '@app/authentication';
import { type App, startApp } from '../support/app.js';
import { accepted, registerAndVerify, someone } from '../support/people.js';
import { type Page, PageBrowser } from './support/page-browser.js';

const newPassword = 'meadow lantern hollow 7';
const typedTwice = { newPassword, repeatPassword: newPassword };
const kinds = ['verify-email', 'confirm-email', 'reset-password', 'first-admin', 'recover', 'invite', 'not-me'];

/** What every page must carry, whatever its status. */
function expectSafePage({ headers, html }: Page): void {
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')?.split('; ').sort()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "style-src 'self'",
  ]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).not.toMatch(/<script|\son\w+=|style="|javascript:/);
}

describe(`what the pages behind links answer, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const resetLink = async (): Promise<string> => {
    const { email } = await registerAndVerify(app);
    accepted(await app.api.post('/v1/auth/password/forgot', { email }), 202);
    return (await app.mailbox.waitFor(email, 'passwordReset')).link;
  };
  const textOf = ({ html }: Page): string =>
    html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();

  it('is a safe page for every outcome', async () => {
    const link = await resetLink();
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(link);
    const invalid = await browser.submit(asked, { newPassword: 'short', repeatPassword: 'short' });
    const forged = await browser.post('/flow/reset-password', { ...typedTwice, csrf: 'forged' });
    await browser.submit(asked, typedTwice);
    const done = await browser.open('/flow/reset-password/done');
    const used = await new PageBrowser(app.url).visit(link);
    const unknown = await browser.open('/flow/no-such-kind');
    const pages = [asked, invalid, forged, done, used, unknown];
    expect(pages.map(({ status }) => status)).toEqual([200, 422, 403, 200, 410, 404]);
    pages.forEach(expectSafePage);
  });

  it('is a page, and no JSON, for what no form sends', async () => {
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(await resetLink());
    const csrf = /name="csrf" value="([^"]+)"/.exec(asked.html)![1]!;
    const body = `csrf=${csrf}&newPassword=${newPassword}&newPassword=${newPassword}&repeatPassword=x`;
    const send = (type: string, text: string): Promise<Response> =>
      fetch(`${app.url}/flow/reset-password`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': type, cookie: browser.jar.header() },
        body: text,
      });
    const twice = await send('application/x-www-form-urlencoded', body);
    expect(twice.status).toBeGreaterThanOrEqual(400);
    expect(twice.status).toBeLessThan(500);
    const empty = await send('application/x-www-form-urlencoded', '');
    expect(empty.status).toBe(403);
    for (const response of [twice, empty]) expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect((await browser.submit(asked, typedTwice)).status).toBe(303);
  });

  it('tells nothing by a dead link: unknown, garbled, used and expired look the same', async () => {
    const [used, expired] = [await resetLink(), await resetLink()];
    const browser = new PageBrowser(app.url);
    await browser.submit(await browser.visit(used), typedTwice);
    await app.pass(2 * 3600);
    const dead = [used, expired, `/link/reset-password/${'A'.repeat(43)}`, '/link/reset-password/garbled%20token'];
    const pages = [];
    for (const link of dead) pages.push(await new PageBrowser(app.url).visit(link));
    pages.push(await new PageBrowser(app.url).open('/flow/reset-password'));
    for (const page of pages) {
      expect(page.status).toBe(410);
      expect(page.html).toBe(pages[0]!.html);
      expect(page.html).not.toMatch(/@example\.test/);
    }
  });

  it('leaves the link to the person after scanners that open it, by HEAD too, and follow where it leads', async () => {
    const link = await resetLink();
    for (let round = 0; round < 3; round += 1) {
      const head = await fetch(link, { method: 'HEAD', redirect: 'manual' });
      expect([303, 404]).toContain(head.status);
      const scanner = new PageBrowser(app.url);
      const page = await scanner.visit(link);
      for (const [, address = ''] of page.html.matchAll(/(?:href|src|action)="([^"]+)"/g)) await scanner.open(address);
      await scanner.open('/flow/reset-password/done');
    }
    const person = new PageBrowser(app.url);
    expect((await person.submit(await person.visit(link), typedTwice)).location).toBe('/flow/reset-password/done');
  });

  it('shows what was done as often as the page is opened again, and to nobody else', async () => {
    const browser = new PageBrowser(app.url);
    await browser.submit(await browser.visit(await resetLink()), typedTwice);
    const done = await browser.open('/flow/reset-password/done');
    expect((await browser.open('/flow/reset-password/done')).html).toBe(done.html);
    expect((await new PageBrowser(app.url).open('/flow/reset-password/done')).status).toBe(410);
    for (const kind of kinds.filter((other) => other !== 'reset-password')) {
      expect((await browser.open(`/flow/${kind}/done`)).status).toBe(410);
    }
  });

  it('shows no last page before the button was pressed', async () => {
    const browser = new PageBrowser(app.url);
    await browser.visit(await resetLink());
    expect((await browser.open('/flow/reset-password/done')).status).toBe(410);
  });

  it('keeps two links apart that one browser opened', async () => {
    const [first, second] = [await resetLink(), await resetLink()];
    const browser = new PageBrowser(app.url);
    const older = await browser.visit(first);
    const newer = await browser.visit(second);
    expect((await browser.submit(older, typedTwice)).status).toBe(403);
    expect((await browser.submit(newer, typedTwice)).status).toBe(303);
    const again = new PageBrowser(app.url);
    expect((await again.submit(await again.visit(first), typedTwice)).status).toBe(303);
  });

  it('ends with the hour between the link and the button', async () => {
    const link = (await app.get(FirstAdmin).issueLink())!;
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(link);
    await app.pass(3601);
    const typed = { email: someone('root').email, ...typedTwice };
    expect((await browser.submit(asked, typed)).status).toBe(410);
    expect((await browser.submit(await browser.visit(link), typed)).status).toBe(303);
  });

  it('never repeats the token of the link: in no address, page, header or cookie', async () => {
    const link = await resetLink();
    const token = link.slice(link.lastIndexOf('/') + 1);
    const browser = new PageBrowser(app.url);
    const pages = [await browser.open(link), await browser.open('/flow/reset-password')];
    pages.push(await browser.submit(pages[1]!, { newPassword: 'short', repeatPassword: 'short' }));
    pages.push(await browser.submit(pages[1]!, typedTwice), await browser.open('/flow/reset-password/done'));
    for (const { html, headers } of pages) expect(html + JSON.stringify([...headers])).not.toContain(token);
    expect(pages[4]!.html + pages[2]!.html).not.toContain(newPassword);
  });

  it('is a page too where there were too many tries, and says when to come back', async () => {
    const settings = { GATEHOUSE_LIMITS: 'verify.address=2/600,reset.address=1/600' };
    const narrow = await startApp({ queue: queueBackend, settings });
    try {
      const browser = new PageBrowser(narrow.url);
      const link = `/link/reset-password/${'A'.repeat(43)}`;
      const pages: Page[] = [];
      for (let tries = 0; tries < 3; tries += 1) pages.push(await browser.open(link));
      const throttled = pages.at(-1)!;
      expect(throttled.status).toBe(429);
      expectSafePage(throttled);
      expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(throttled.headers.getSetCookie()).toEqual([]);
      expect(textOf(throttled)).toContain('Too many');

      await browser.post('/flow/reset-password', {});
      const pressed = await browser.post('/flow/reset-password', {});
      expect(pressed.status).toBe(429);
      expectSafePage(pressed);
      await narrow.pass(601);
      expect((await browser.open(link)).status).toBe(303);
    } finally {
      await narrow.stop();
    }
  });
});
