import { type Answer, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  type Person,
  refusal,
  registerAndVerify,
  type SignedIn,
  someone,
} from '../support/people.js';
import { PasskeyAuthenticator } from '../support/passkey-authenticator.js';
import { until } from '../support/smtp.js';
import { PageBrowser } from './support/page-browser.js';
import { addPasskey, arriveWithPasskey, type Passkey, signInByPasskey } from './support/passkeys.js';

const deviceCookie = '__Host-gatehouse-device';
const day = 86_400;
const elsewhere = { headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' } };
type SignedInHere = SignedIn & { readonly deviceToken?: string };

describe(`signing in from a new device, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const login = (person: Person, more: object = {}, options = {}, api = app.api): Promise<Answer<SignedInHere>> => {
    const { email: identifier, password } = person;
    return api.post<SignedInHere>('/v1/auth/login', { identifier, password, ...more }, options);
  };
  const mailsTo = async (person: Person): Promise<number> => {
    await settled();
    return (await app.mailbox.of(person.email, 'newDevice')).length;
  };
  const settled = (): Promise<void> =>
    until('the outbox to be empty', async () => (await app.sql('SELECT 1 FROM outbox')).length === 0);

  it('tells the owner when, where and from what, once', async () => {
    const ada = await arrive(app);
    accepted(await login(ada, {}, elsewhere), 200);
    const mail = await app.mailbox.waitFor(ada.email, 'newDevice');
    expect(mail.text).toContain('Firefox');
    expect(mail.text).toContain('127.0.0.1');
    expect(mail.text).toMatch(/\d{4} at \d\d:\d\d UTC/);
    expect(mail.link).toBe(`${app.url}/link/not-me/${mail.token}`);
    accepted(await login(ada, {}, elsewhere), 200);
    expect(await mailsTo(ada)).toBe(1);
  });

  it('is no news at the first sign-in of an account', async () => {
    const ada = await registerAndVerify(app);
    accepted(await login(ada, {}, elsewhere), 200);
    expect(await mailsTo(ada)).toBe(0);
  });

  it('is none where the device is known by its cookie, wherever it has moved', async () => {
    const ada = await arrive(app, someone('known'));
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    accepted(await login(ada, { delivery: 'cookie' }, {}, browser), 200);
    expect(jar.get(deviceCookie)).toMatch(/^[\w-]{43}$/);
    accepted(await login(ada, { delivery: 'cookie' }, elsewhere, browser), 200);
    expect(await mailsTo(ada)).toBe(0);
  });

  it('is none where the device is known by its token, which is given once', async () => {
    const ada = await arrive(app, someone('known'));
    const { deviceToken } = accepted(await login(ada), 200);
    const again = accepted(await login(ada, { deviceToken }, elsewhere), 200);
    expect(again.deviceToken).toBeUndefined();
    expect(await mailsTo(ada)).toBe(0);
  });

  it('is news again where the device was not seen for 90 days and keeps no cookie', async () => {
    const ada = await arrive(app, someone('rare'));
    await app.pass(89 * day);
    accepted(await login(ada), 200);
    expect(await mailsTo(ada)).toBe(0);
    await app.pass(91 * day);
    accepted(await login(ada), 200);
    await app.mailbox.waitFor(ada.email, 'newDevice');
  });

  it('gives each account of a browser a secret of its own, so that none is known by what another account saw', async () => {
    const [ada, eve] = [await arrive(app, someone('ada')), await arrive(app, someone('eve'))];
    const shared = new CookieJar();
    const browser = app.api.withCookies(shared);
    accepted(await login(eve, { delivery: 'cookie' }, {}, browser), 200);
    const planted = shared.get(deviceCookie)!;
    accepted(await login(ada, { delivery: 'cookie' }, {}, browser), 200);
    expect(shared.get(deviceCookie)!.split('.')).toEqual([expect.stringMatching(/^[\w-]{43}$/), planted]);
    accepted(await login(ada, { deviceToken: planted }, elsewhere), 200);
    await app.mailbox.waitFor(ada.email, 'newDevice');
  });

  it('stores no secret of a device, and not one row more for a client that keeps none', async () => {
    const ada = await arrive(app, someone('forgetful'));
    for (let times = 0; times < 3; times += 1) accepted(await login(ada), 200);
    const { deviceToken = '' } = accepted(await login(ada), 200);
    const rows = await app.sql<{ hash: Buffer }>(
      'SELECT d.* FROM known_devices d JOIN users u ON u.id = d.user_id WHERE u.email = $1',
      [ada.email],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(deviceToken);
  });

  describe('that was not its owner', () => {
    const disown = async (person: Person): Promise<PageBrowser> => {
      const { link } = await app.mailbox.waitFor(person.email, 'newDevice');
      const browser = new PageBrowser(app.url);
      const page = await browser.visit(link);
      expect(page.html).toContain('It was not me');
      const done = await browser.submit(page);
      expect(done.location).toBe('/flow/not-me/done');
      expect((await browser.open('/flow/not-me/done')).html).toContain('Reset your password');
      return browser;
    };

    it('is ended by the link of the mail: all sessions, all devices, the password; a reset opens the account again', async () => {
      const ada = await arrive(app, someone('owner'));
      const { deviceToken } = accepted(await login(ada), 200);
      const thief = accepted(await login(ada, {}, elsewhere), 200);
      const browser = await disown(ada);

      for (const { accessToken, refreshToken } of [ada.tokens, thief]) {
        expect((await app.api.as(accessToken).get('/v1/me')).status).toBe(401);
        expect((await app.api.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
      }
      for (const token of [deviceToken, thief.deviceToken]) {
        expect(refusal(await login(ada, { deviceToken: token }))).toBe('401 authentication.credentials_wrong');
      }
      const alert = await app.mailbox.waitFor(ada.email, 'securityAlert');
      expect(alert.text).toContain('signed everybody out');

      const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
      const newPassword = 'meadow lantern hollow 7';
      accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword }), 204);
      accepted(await login({ ...ada, password: newPassword }, {}, elsewhere), 200);
      await app.mailbox.waitFor(ada.email, 'newDevice', 2);

      const reset = await browser.visit('/forgot-password');
      expect(reset.html).toContain('Forgot your password?');
      const [event] = await app.sql<{ data: object }>(
        `SELECT e.data FROM audit_events e JOIN users u ON u.id = e.user_id
         WHERE u.email = $1 AND e.type = 'authentication.disowned'`,
        [ada.email],
      );
      expect(event?.data).toEqual({ resetMailed: true, passkeysShut: 0 });
      const reasons = await app.sql(
        `SELECT DISTINCT s.end_reason FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE u.email = $1 AND s.ended_at IS NOT NULL`,
        [ada.email],
      );
      expect(reasons).toEqual([{ end_reason: 'disowned' }]);
    });

    it('is not ended by opening the link, nor by a form from elsewhere, and the link works once', async () => {
      const ada = await arrive(app, someone('careful'));
      accepted(await login(ada, {}, elsewhere), 200);
      const { link } = await app.mailbox.waitFor(ada.email, 'newDevice');
      const browser = new PageBrowser(app.url);
      for (let times = 0; times < 3; times += 1) await browser.visit(link);
      expect((await browser.post('/flow/not-me', { csrf: 'x' })).status).toBe(403);
      accepted(await ada.api.get('/v1/me'), 200);
      await browser.submit(await browser.visit(link));
      expect((await ada.api.get('/v1/me')).status).toBe(401);
      const late = new PageBrowser(app.url);
      expect((await late.visit(link)).status).toBe(410);
    });

    it('leaves them no passkey that they added, and the owner those from before; no second factor is taken off', async () => {
      const ada = await arriveWithPasskey(app);
      const theirs = new PasskeyAuthenticator(app.url);
      const thief = accepted(await signInByPasskey(app, ada.authenticator, {}, {}, elsewhere), 200);
      accepted(await addPasskey(app.api.as(thief.accessToken), theirs, 'Mine now'), 201);
      accepted(await signInByPasskey(app, theirs), 200);
      await disown(ada);
      expect(refusal(await signInByPasskey(app, theirs))).toBe('401 authentication.passkey_refused');
      const { accessToken } = accepted(await signInByPasskey(app, ada.authenticator), 200);
      const { body } = await app.api.as(accessToken).get<{ items: Passkey[] }>('/v1/me/passkeys');
      expect(body.items.map(({ name, suspendedAt }) => [name, suspendedAt !== null])).toEqual([
        ['Laptop', false],
        ['Mine now', true],
      ]);
      const told = await app.mailbox.of(ada.email, 'securityAlert');
      expect(told.at(-1)?.text).toContain('Passkeys that were added since that sign-in no longer work');
    });

    it('can be said for seven days', async () => {
      const [ada, late] = [await arrive(app, someone('week')), await arrive(app, someone('late'))];
      for (const person of [ada, late]) accepted(await login(person, {}, elsewhere), 200);
      const links = await Promise.all(
        [ada, late].map(async ({ email }) => (await app.mailbox.waitFor(email, 'newDevice')).link),
      );
      await app.pass(7 * day - 60);
      const browser = new PageBrowser(app.url);
      expect((await browser.submit(await browser.visit(links[0]!))).status).toBe(303);
      await app.pass(120);
      expect((await new PageBrowser(app.url).visit(links[1]!)).status).toBe(410);
    });

    it('mails no reset to an address that the account got since', async () => {
      const ada = await arrive(app, someone('moved'));
      const thief = accepted(await login(ada, {}, elsewhere), 200);
      const { link } = await app.mailbox.waitFor(ada.email, 'newDevice');
      const email = someone('thief').email;
      const asked = await app.api.as(thief.accessToken).post('/v1/me/email', { email, currentPassword: ada.password });
      accepted(asked, 202);
      const { token } = await app.mailbox.waitFor(email, 'emailChange');
      accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
      const browser = new PageBrowser(app.url);
      expect((await browser.submit(await browser.visit(link))).status).toBe(303);
      await settled();
      expect((await app.api.as(thief.accessToken).get('/v1/me')).status).toBe(401);
      expect(await app.mailbox.of(email, 'passwordReset')).toEqual([]);
    });
  });
});
