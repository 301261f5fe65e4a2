import { type Answer, CookieJar } from '../support/api-client.js';
import { App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  type Person,
  refusal,
  registerAndVerify,
  type SignedIn,
  someone,
  type Visit,
} from '../support/people.js';
import { trailOf } from './support/audit-trail.js';
import { magicMail, redeem } from './support/magic-link.js';
import { type Page, PageBrowser } from './support/page-browser.js';
import { arriveWithPasskey, signInByPasskey } from './support/passkeys.js';

const hour = 3600;
const wrongPassword = 'not this one, certainly';
const newPassword = 'meadow lantern hollow 7';
const wrong = '401 authentication.credentials_wrong';
const tooSoon = '429 authentication.too_soon';

describe(`guessing a password, queue on ${queueBackend}`, () => {
  let app: App;
  let places = 0;

  beforeAll(async () => {
    const settings = { GATEHOUSE_SIGN_IN_FREE_FAILURES: '3', GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' };
    app = await startApp({ queue: queueBackend, settings });
  });

  afterAll(() => app.stop());

  /** An address that nothing came from before. */
  const somewhere = (): string => `10.0.${Math.floor(++places / 250)}.${(places % 250) + 1}`;
  const login = (
    { email: identifier, password }: Person,
    more: object = {},
    { from = somewhere(), api = app.api } = {},
  ): Promise<Answer<SignedIn & { deviceToken?: string }>> =>
    api.post('/v1/auth/login', { identifier, password, ...more }, { headers: { 'x-forwarded-for': from } });
  const guess = (person: Person, more: object = {}, options = {}): Promise<Answer<object>> =>
    login({ ...person, password: wrongPassword }, more, options);
  const waitOf = ({ headers }: Answer<object>): number => Number(headers.get('retry-after'));
  /** Wrong passwords in a row, an hour between them: nobody is hasty, and no window of time is left. */
  const guessTimes = async (count: number, person: Person, more: object = {}): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      expect(refusal(await guess(person, more))).toBe(wrong);
      await app.pass(hour);
    }
  };
  /** As many failures as there would be after so many guesses. */
  const guessed = async (failures: number, { email }: Person): Promise<void> => {
    const user = '(SELECT id FROM users WHERE email = $2)';
    await app.sql(`UPDATE password_credentials SET failures = $1 WHERE user_id = ${user}`, [failures, email]);
  };
  const locked = async (person: Visit): Promise<Visit> => {
    await guessed(99, person);
    expect(refusal(await guess(person))).toBe(wrong);
    await app.pass(hour);
    expect(refusal(await login(person))).toBe(wrong);
    await app.pass(hour);
    return person;
  };
  const reset = async ({ email }: Person): Promise<void> => {
    accepted(await app.api.post('/v1/auth/password/forgot', { email }), 202);
    const { token } = await app.mailbox.waitFor(email, 'passwordReset');
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword }), 204);
  };

  describe('is slowed down', () => {
    it('after three failures by a second, then two, then four: refused at once, before anything is compared', async () => {
      const ada = await registerAndVerify(app);
      for (let at = 0; at < 3; at += 1) expect(refusal(await guess(ada))).toBe(wrong);
      for (const seconds of [1, 2, 4, 8]) {
        const { result, statements } = await app.statements.during(() => login(ada));
        expect([refusal(result), waitOf(result)]).toEqual([tooSoon, seconds]);
        expect(statements).toEqual(['limits.count', 'credentials.find_by_email_key']);
        await app.pass(seconds);
        expect(refusal(await guess(ada))).toBe(wrong);
      }
    });

    it('until a right one comes in time, then from the beginning', async () => {
      const ada = await registerAndVerify(app);
      for (let at = 0; at < 3; at += 1) await guess(ada);
      await app.pass(1);
      accepted(await login(ada), 200);
      for (let at = 0; at < 3; at += 1) expect(refusal(await guess(ada))).toBe(wrong);
      expect(waitOf(await guess(ada))).toBe(1);
    });

    it('on the pages as well, which say so, but not in a browser that the account knows', async () => {
      const ada = await registerAndVerify(app);
      const [stranger, owner] = [new PageBrowser(app.url), new PageBrowser(app.url)];
      const submit = async (browser: PageBrowser, password: string): Promise<Page> =>
        browser.submit(await browser.visit('/sign-in'), { identifier: ada.email, password });
      expect((await submit(owner, ada.password)).status).toBe(303);
      await owner.submit(await owner.visit('/signed-in'));
      for (let at = 0; at < 3; at += 1) await submit(stranger, wrongPassword);
      const page = await submit(stranger, ada.password);
      expect([page.status, page.headers.get('retry-after')]).toEqual([429, '1']);
      expect(page.html).toContain('Too many tries.');
      expect((await submit(owner, ada.password)).status).toBe(303);
    });

    it('alike for an account and for a name that nobody has', async () => {
      const answers = async (person: Person): Promise<unknown[]> => {
        const seen: unknown[] = [];
        for (let at = 0; at < 6; at += 1) {
          const answer = await guess(person);
          seen.push([refusal(answer), waitOf(answer)]);
          if (at === 4) await app.pass(1);
        }
        return seen;
      };
      const known = await answers(await registerAndVerify(app));
      expect(known.at(-1)).toEqual([wrong, 0]);
      expect(await answers(someone('nobody'))).toEqual(known);
    });

    it('by address over many accounts too, but later: many people may share one', async () => {
      const from = somewhere();
      for (let at = 0; at < 30; at += 1) expect(refusal(await guess(someone(), {}, { from }))).toBe(wrong);
      const ada = await registerAndVerify(app);
      const answer = await login(ada, {}, { from });
      expect([refusal(answer), waitOf(answer)]).toEqual([tooSoon, 1]);
      accepted(await login(ada), 200);
    });
  });

  describe('a hundred times in a row', () => {
    it('disables it, whatever time passes between, says so to nobody but the owner, and to them once', async () => {
      const ada = await arrive(app);
      await guessTimes(100, ada);
      const alert = await app.mailbox.waitFor(ada.email, 'securityAlert');
      expect(alert.subject).toContain('choose a new password');
      await app.pass(30 * 24 * hour);
      expect(refusal(await login(ada))).toBe(wrong);
      await app.pass(hour);
      await guessTimes(5, ada);
      expect(await app.mailbox.of(ada.email, 'securityAlert')).toHaveLength(1);
      const told = (await trailOf(app, ada.id)).filter(({ type }) => type === 'authentication.password_locked');
      expect(told).toMatchObject([{ actorId: null, address: expect.stringMatching(/^10\./) }]);
    });

    it('is what counts: after ninety-nine a right one ends the row', async () => {
      const ada = await arrive(app);
      for (let rows = 0; rows < 2; rows += 1) {
        await guessed(98, ada);
        await guessTimes(1, ada);
        accepted(await login(ada), 200);
      }
      expect(await app.mailbox.of(ada.email, 'securityAlert')).toEqual([]);
    });

    it('from a stolen session makes no current password right, and takes nothing from sign-ins', async () => {
      const ada = await arrive(app);
      const change = (currentPassword: string): Promise<Answer<object>> =>
        ada.api.post('/v1/me/password', { currentPassword, newPassword });
      for (let at = 0; at < 100; at += 1) expect((await change(wrongPassword)).status).toBe(403);
      expect(refusal(await change(ada.password))).toBe('403 authentication.current_password_wrong');
      accepted(await login(ada), 200);
      await reset(ada);
      const { accessToken } = accepted(await login({ ...ada, password: newPassword }), 200);
      const body = { currentPassword: newPassword, newPassword: ada.password };
      accepted(await app.api.as(accessToken).post('/v1/me/password', body), 204);
    });
  });

  describe('shuts out no owner', () => {
    it('whose device is known, by cookie or by token: it waits for nobody else, and signs in to the end', async () => {
      const ada = await arrive(app);
      const browser = app.api.withCookies(new CookieJar());
      accepted(await login(ada, { delivery: 'cookie' }, { api: browser }), 200);
      const { deviceToken } = accepted(await login(ada), 200);
      for (let at = 0; at < 3; at += 1) await guess(ada);
      expect(refusal(await login(ada))).toBe(tooSoon);
      accepted(await login(ada, { delivery: 'cookie' }, { api: browser }), 200);
      accepted(await login(ada, { deviceToken }), 200);
      await app.pass(hour);
      await locked(ada);
      accepted(await login(ada, { delivery: 'cookie' }, { api: browser }), 200);
      accepted(await login(ada, { deviceToken }), 200);
      expect(refusal(await login(ada))).toBe(wrong);
    });

    it('who has a passkey or asks for a link by mail', async () => {
      const owner = await arriveWithPasskey(app);
      await locked(owner);
      expect(accepted(await signInByPasskey(app, owner.authenticator), 200).status).toBe('authenticated');
      const ada = await locked(await arrive(app));
      const { requestId, code } = await magicMail(app, ada.email);
      expect(accepted(await redeem(app, { requestId, code }), 200)['status']).toBe('authenticated');
    });

    it('who resets the password by mail: it works at once, everywhere', async () => {
      const ada = await locked(await arrive(app));
      await guess(ada);
      await reset(ada);
      accepted(await login({ ...ada, password: newPassword }), 200);
      await guessed(98, ada);
      await guessTimes(1, ada);
      accepted(await login({ ...ada, password: newPassword }), 200);
    });

    it('who resets the password by mail while others go on: nothing is held against that browser', async () => {
      const limits = { GATEHOUSE_LIMITS: '', GATEHOUSE_SIGN_IN_FREE_FAILURES: '3' };
      const strict = await App.start({
        queue: queueBackend,
        settings: { ...limits, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' },
        beside: app,
      });
      const flood = async (person: Person): Promise<void> => {
        for (let at = 0; at < 31; at += 1) await guess(person, {}, { api: strict.api });
        expect(refusal(await login(person, {}, { api: strict.api }))).toBe('429 limits.throttled');
      };
      const ada = await arrive(app);
      await flood(ada);
      accepted(await strict.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
      const { link } = await app.mailbox.waitFor(ada.email, 'passwordReset');
      const browser = new PageBrowser(app.url);
      const typed = { newPassword, repeatPassword: newPassword };
      expect((await browser.submit(await browser.visit(link), typed)).status).toBe(303);
      const renewed = { ...ada, password: newPassword };
      accepted(await login(renewed, {}, { api: strict.api }), 200);
      await flood(renewed);
      accepted(await login(renewed, {}, { api: strict.api.withCookies(browser.jar) }), 200);
      expect(await app.mailbox.of(ada.email, 'newDevice')).toHaveLength(1);
      await strict.stop();
    });

    it('by what is tried on a device of theirs: that one waits and is out alone, and the owner is told', async () => {
      const ada = await arrive(app);
      const { deviceToken } = accepted(await login(ada), 200);
      const { deviceToken: other } = accepted(await login(ada), 200);
      const here = { deviceToken };
      for (let at = 0; at < 3; at += 1) await guess(ada, here);
      expect(waitOf(await guess(ada, here))).toBe(1);
      accepted(await login(ada), 200);
      await app.pass(hour);
      await guessTimes(97, ada, here);
      await app.mailbox.waitFor(ada.email, 'securityAlert');
      expect(refusal(await login(ada, here))).toBe(wrong);
      accepted(await login(ada, { deviceToken: other }), 200);
    });

    it('and lets nobody pass for them by a device of another account', async () => {
      const [ada, eve] = [await arrive(app), await arrive(app)];
      const { deviceToken } = accepted(await login(eve), 200);
      for (let at = 0; at < 3; at += 1) await guess(ada, { deviceToken });
      expect(refusal(await guess(ada, { deviceToken }))).toBe(tooSoon);
      expect(refusal(await guess(ada, { deviceToken: 'x'.repeat(43) }))).toBe(tooSoon);
    });
  });
});
