import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, someone } from '../support/people.js';
import { type Page, PageBrowser } from './support/page-browser.js';

const newPassword = 'meadow lantern hollow 7';

describe(`what leads to a sign-in through pages, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const credentials = (person: Person): Record<string, string> => ({
    identifier: person.email,
    password: person.password,
  });
  const alertOf = ({ html }: Page): string => /role="alert".*?<\/ul>/s.exec(html)?.[0] ?? '';

  describe('registration', () => {
    const typed = (person: Person): Record<string, string> => ({
      email: person.email,
      newPassword: person.password,
      repeatPassword: person.password,
    });

    it('leads over the mailbox to the sign-in that it interrupted', async () => {
      const eve = someone('eve');
      await browser.visit('/sign-in?return_to=/app');
      const sent = await browser.submit(await browser.open('/flow/register'), typed(eve));
      expect(sent.location).toBe('/flow/check-mail');
      expect((await browser.open('/flow/check-mail')).html).toContain(eve.email);
      const { link } = await app.mailbox.waitFor(eve.email, 'verification');
      await browser.submit(await browser.visit(link));
      const verified = await browser.open('/flow/verify-email/done');
      expect(verified.html).toContain('href="/sign-in"');
      const asked = await browser.visit('/sign-in');
      expect(asked.html).toContain(`value="${eve.email}"`);
      expect((await browser.submit(asked, credentials(eve))).location).toBe('/app');
    });

    it('says the same for an address that has an account', async () => {
      const answers = [];
      for (const person of [ada, someone('eve')]) {
        const visitor = new PageBrowser(app.url);
        await visitor.open('/register');
        const sent = await visitor.submit(await visitor.open('/flow/register'), typed(person));
        const { html } = await visitor.open('/flow/check-mail');
        answers.push([sent.status, sent.location, html.replaceAll(person.email, 'x')]);
      }
      expect(answers[0]).toEqual(answers[1]);
      await app.mailbox.waitFor(ada.email, 'accountExists');
    });

    it.each<[string, Record<string, string>, string]>([
      ['no address', { email: '' }, 'Type your e-mail address.'],
      ['what is no address', { email: 'eve' }, 'field-email'],
      ['a short password', { newPassword: 'short', repeatPassword: 'short' }, 'at least 15 characters'],
      ['a slip', { repeatPassword: 'else' }, 'The two passwords differ'],
    ])('shows the form again for %s', async (_, change, fault) => {
      const eve = someone('eve');
      const asked = await browser.visit('/register');
      const refused = await browser.submit(asked, { ...typed(eve), ...change });
      expect([refused.status, alertOf(refused)]).toEqual([422, expect.stringContaining(fault)]);
      if (change['email'] !== '') expect(refused.html).toContain(`value="${change['email'] ?? eve.email}"`);
      expect(refused.html).not.toContain(eve.password);
    });

    it('refuses a form that was not made for this browser', async () => {
      await browser.visit('/register');
      const eve = someone('eve');
      expect((await browser.post('/flow/register', { ...typed(eve), csrf: 'x' })).status).toBe(403);
      expect((await browser.post('/flow/forgot-password', { email: ada.email, csrf: 'x' })).status).toBe(403);
    });
  });

  describe('a forgotten password', () => {
    it('leads over the mailbox to a new one, and says the same for an unknown address', async () => {
      const answers = [];
      for (const { email } of [someone('nobody'), ada]) {
        browser = new PageBrowser(app.url);
        await browser.visit('/sign-in');
        const sent = await browser.submit(await browser.open('/flow/forgot-password'), { email });
        const { html } = await browser.open('/flow/check-mail');
        answers.push([sent.status, sent.location, html.replaceAll(email, 'x')]);
      }
      expect(answers[0]).toEqual(answers[1]);
      const { link } = await app.mailbox.waitFor(ada.email, 'passwordReset');
      await browser.submit(await browser.visit(link), { newPassword, repeatPassword: newPassword });
      const asked = await browser.visit('/sign-in');
      const done = await browser.submit(asked, credentials({ ...ada, password: newPassword }));
      expect(done.location).toBe('/signed-in');
    });
  });
});
