import { FirstAdmin } from '@app/authentication';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  type Person,
  promote,
  refusal,
  registerAndVerify,
  type SignedIn,
  signIn,
  someone,
} from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';

describe(`the first administrator, queue on ${queueBackend}`, () => {
  describe('of the settings', () => {
    let app: App;
    const root: Person = { email: 'Root@example.test', password: 'lantern of the first admin' };
    const settings = { GATEHOUSE_ADMIN_EMAIL: root.email, GATEHOUSE_ADMIN_PASSWORD: root.password };

    beforeAll(async () => {
      app = await startApp({ queue: queueBackend, settings });
      await app.get(FirstAdmin).createFromSettings();
    });

    afterAll(() => app.stop());

    it('must choose another password, then administers', async () => {
      const { email: identifier, password } = root;
      const answer = await app.api.post<{ challenge: { id: string } }>('/v1/auth/login', { identifier, password });
      const { challenge } = accepted(answer, 200);
      const newPassword = 'known to the admin alone';
      const chosen = await app.api.post<SignedIn>('/v1/auth/password/change-required', {
        challengeId: challenge.id,
        newPassword,
      });
      const admin = app.api.as(accepted(chosen, 200).accessToken);
      accepted(await admin.get('/v1/admin/users'), 200);
      expect((await admin.get('/v1/me')).body).toMatchObject({ roles: ['admin'], emailVerified: true });
    });

    it('is created once, by however many processes', async () => {
      const created = await Promise.all([1, 2, 3].map(() => app.get(FirstAdmin).createFromSettings()));
      expect(created).toEqual([false, false, false]);
      expect(await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles)`)).toHaveLength(1);
      expect(await app.get(FirstAdmin).issueLink()).toBeUndefined();
    });
  });

  describe('of the link', () => {
    let app: App;
    const newPassword = 'meadow lantern hollow 7';
    const form = (email: string): Record<string, string> => ({ email, newPassword, repeatPassword: newPassword });

    beforeAll(async () => {
      app = await startApp({ queue: queueBackend });
    });

    afterAll(() => app.stop());

    it('chooses an address and a password on the page, and administers', async () => {
      const superseded = (await app.get(FirstAdmin).issueLink())!;
      const link = (await app.get(FirstAdmin).issueLink())!;
      expect(link).toMatch(new RegExp(`^${app.url}/link/first-admin/[\\w-]{43}$`));
      expect((await new PageBrowser(app.url).visit(superseded)).status).toBe(410);

      const browser = new PageBrowser(app.url);
      const second = new PageBrowser(app.url);
      const [asked, askedToo] = [await browser.visit(link), await second.visit(link)];
      const refused = await browser.submit(asked, form('no address'));
      expect([refused.status, refused.html.includes('not an e-mail address')]).toEqual([422, true]);
      expect((await browser.submit(asked, form('Root@example.test'))).status).toBe(303);
      expect((await second.submit(askedToo, form('mallory@example.test'))).status).toBe(410);

      const root = { email: 'root@example.test', password: newPassword };
      const tokens = await signIn(app, root);
      accepted(await app.api.as(tokens.accessToken).get('/v1/admin/users'), 200);
      const mallory = { identifier: 'mallory@example.test', password: newPassword };
      expect((await app.api.post('/v1/auth/login', mallory)).status).toBe(401);
    });

    it('is not created beside one that came to be meanwhile', async () => {
      await app.sql(`UPDATE users SET roles = '{}'`);
      const link = (await app.get(FirstAdmin).issueLink())!;
      const browser = new PageBrowser(app.url);
      const asked = await browser.visit(link);
      await promote(app, await registerAndVerify(app));
      const refused = await browser.submit(asked, form(someone('late').email));
      expect(refused.status).toBe(422);
      expect(refused.html).toContain('There is an administrator already');
      expect(await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles)`)).toHaveLength(1);
    });

    it('is a link that no other endpoint takes', async () => {
      await app.sql(`UPDATE users SET roles = '{}'`);
      const token = (await app.get(FirstAdmin).issueLink())!.split('/').at(-1);
      const reset = await app.api.post('/v1/auth/password/reset', { token, newPassword });
      expect(refusal(reset)).toBe('400 tokens.invalid');
      expect(refusal(await app.api.post('/v1/auth/email/verify', { token }))).toBe('400 tokens.invalid');
    });
  });
});
