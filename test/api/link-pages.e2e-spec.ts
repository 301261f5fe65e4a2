import { FirstAdmin } from '@app/authentication';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, registerAndVerify, signIn, someone } from '../support/people.js';
import { until } from '../support/smtp.js';
import { PageBrowser } from './support/page-browser.js';

const newPassword = 'meadow lantern hollow 7';
const typedTwice = { newPassword, repeatPassword: newPassword };

/** A link of each kind, what is typed on its page, and how to see that it did its work. */
interface Journey {
  readonly link: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly done: () => Promise<boolean>;
}

describe(`the pages behind mail links, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
  });

  afterAll(() => app.stop());

  const canSignIn = async (identifier: string, password: string): Promise<boolean> =>
    (await app.api.post('/v1/auth/login', { identifier, password })).status === 200;

  const journeys: Readonly<Record<string, () => Promise<Journey>>> = {
    'verify-email': async () => {
      const person = someone();
      accepted(await app.api.post('/v1/auth/register', person), 202);
      const { link } = await app.mailbox.waitFor(person.email, 'verification');
      return { link, typed: {}, done: () => canSignIn(person.email, person.password) };
    },
    'reset-password': async () => {
      const person = await registerAndVerify(app);
      accepted(await app.api.post('/v1/auth/password/forgot', { email: person.email }), 202);
      const { link } = await app.mailbox.waitFor(person.email, 'passwordReset');
      return { link, typed: typedTwice, done: () => canSignIn(person.email, newPassword) };
    },
    'confirm-email': async () => {
      const person = await arrive(app);
      const { email } = someone();
      accepted(await person.api.post('/v1/me/email', { email, currentPassword: person.password }), 202);
      const { link } = await app.mailbox.waitFor(email, 'emailChange');
      return { link, typed: {}, done: () => canSignIn(email, person.password) };
    },
    'first-admin': async () => {
      await app.sql(`UPDATE users SET roles = '{}'`);
      const { email } = someone('root');
      const link = (await app.get(FirstAdmin).issueLink())!;
      return { link, typed: { email, ...typedTwice }, done: () => canSignIn(email, newPassword) };
    },
  };

  describe.each(Object.keys(journeys))('for %s', (kind) => {
    let journey: Journey;

    beforeEach(async () => {
      journey = await journeys[kind]!();
    });

    it('do nothing when a link is opened, so that scanners may, and act when the button is pressed', async () => {
      const page = `/flow/${kind}`;
      for (let scanner = 0; scanner < 3; scanner += 1) {
        const asked = await new PageBrowser(app.url).visit(journey.link);
        expect([asked.status, asked.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      }
      expect(await journey.done()).toBe(false);

      const browser = new PageBrowser(app.url);
      const opened = await browser.open(journey.link);
      expect([opened.status, opened.location]).toEqual([303, page]);
      expect(opened.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          new RegExp(`^__Host-gatehouse-${kind}=[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Lax$`),
        ),
      ]);
      const asked = await browser.open(page);
      expect(asked.html).not.toContain(journey.link.slice(journey.link.lastIndexOf('/') + 1));
      expect(await journey.done()).toBe(false);

      const submitted = await browser.submit(asked, journey.typed);
      expect([submitted.status, submitted.location]).toEqual([303, `${page}/done`]);
      expect(await journey.done()).toBe(true);
      const done = await browser.open(`${page}/done`);
      expect(done.status).toBe(200);
      expect(done.html).not.toContain('<form');
    });

    it('show what was done when the page is opened or sent again, and do it once', async () => {
      const browser = new PageBrowser(app.url);
      const asked = await browser.visit(journey.link);
      await browser.submit(asked, journey.typed);
      expect((await browser.open(`/flow/${kind}`)).location).toBe(`/flow/${kind}/done`);
      expect((await browser.submit(asked, journey.typed)).status).toBe(410);
      const again = await new PageBrowser(app.url).visit(journey.link);
      expect(again.status).toBe(410);
      expect(again.html).toContain('This link no longer works');
    });

    it('refuse a form that was not made for this browser', async () => {
      const browser = new PageBrowser(app.url);
      const asked = await browser.visit(journey.link);
      const other = await new PageBrowser(app.url).visit(journey.link);
      const csrf = /name="csrf" value="([^"]+)"/.exec(other.html)![1]!;
      expect((await browser.post(`/flow/${kind}`, journey.typed)).status).toBe(403);
      expect((await browser.post(`/flow/${kind}`, { ...journey.typed, csrf })).status).toBe(403);
      expect((await browser.post(`/flow/${kind}`, { ...journey.typed, csrf: '' })).status).toBe(403);
      expect((await new PageBrowser(app.url).submit(asked, journey.typed)).status).toBe(410);
      expect(await journey.done()).toBe(false);
      expect((await browser.submit(asked, journey.typed)).status).toBe(303);
    });

    it('answer 410 to a link that never was, whose time is over, or that is another kind of link', async () => {
      const never = `/link/${kind}/${'A'.repeat(43)}`;
      for (const address of [never, `/link/${kind}/x`]) {
        const page = await new PageBrowser(app.url).visit(address);
        expect(page.status).toBe(410);
      }
      const another = kind === 'verify-email' ? 'reset-password' : 'verify-email';
      expect((await new PageBrowser(app.url).visit(journey.link.replace(kind, another))).status).toBe(410);
      await app.pass(24 * 3600 + 1);
      expect((await new PageBrowser(app.url).visit(journey.link)).status).toBe(410);
    });

    it('keep the token out of the logs', async () => {
      const token = journey.link.slice(journey.link.lastIndexOf('/') + 1);
      const browser = new PageBrowser(app.url);
      await browser.submit(await browser.visit(journey.link), journey.typed);
      await browser.open(`/link/${kind}/${token}/more?token=${token}`);
      await browser.open(`/nowhere/${token}?token=${token}`);
      await until('the log of these requests', () => app.logLines.some((line) => line.includes('/nowhere/…')));
      expect(app.logLines.some((line) => line.includes(`/link/:kind/:token`))).toBe(true);
      expect(app.logLines.filter((line) => line.includes(token))).toEqual([]);
    });

    it('are safe to show: no script, no framing, no caching, no address leaked', async () => {
      const { headers, html } = await new PageBrowser(app.url).visit(journey.link);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'|default-src 'self'/);
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('cache-control')).toContain('no-store');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(html).not.toContain('<script');
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['are typed differently', { newPassword, repeatPassword: `${newPassword}!` }, 'The two passwords differ'],
    ['are missing', {}, 'Type a new password'],
    ['are too short', { newPassword: 'short', repeatPassword: 'short' }, 'at least 15 characters'],
    ['are common', { newPassword: 'passwordpassword', repeatPassword: 'passwordpassword' }, 'attackers try first'],
  ])('show the form again, without what was typed, where passwords %s', async (_, typed, fault) => {
    const { link, done } = await journeys['reset-password']!();
    const browser = new PageBrowser(app.url);
    const refused = await browser.submit(await browser.visit(link), typed);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain(fault);
    for (const value of Object.values(typed)) expect(refused.html).not.toContain(`value="${value}"`);
    expect((await browser.submit(refused, typedTwice)).status).toBe(303);
    expect(await done()).toBe(true);
  });

  it('escape what people typed', async () => {
    await app.sql(`UPDATE users SET roles = '{}'`);
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit((await app.get(FirstAdmin).issueLink())!);
    const refused = await browser.submit(asked, { email: '"><script>alert(1)</script>', ...typedTwice });
    expect(refused.status).toBe(422);
    expect(refused.html).not.toContain('<script>');
  });

  it('say so where the address was taken meanwhile', async () => {
    const person = await arrive(app);
    const { email } = someone('meanwhile');
    accepted(await person.api.post('/v1/me/email', { email, currentPassword: person.password }), 202);
    const { link } = await app.mailbox.waitFor(email, 'emailChange');
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(link);
    const owner = await registerAndVerify(app, { ...someone(), email });
    const refused = await browser.submit(asked);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('belongs to another account');
    await signIn(app, owner);
  });

  it.each(['/link/nothing/x', '/flow/nothing', '/flow/nothing/done', '/flow/__proto__'])('know no %s', async (path) => {
    expect((await new PageBrowser(app.url).open(path)).status).toBe(404);
  });

  it('answer 410 to who comes without a link', async () => {
    const browser = new PageBrowser(app.url);
    for (const path of ['/flow/verify-email', '/flow/verify-email/done']) {
      expect((await browser.open(path)).status).toBe(410);
    }
  });
});
