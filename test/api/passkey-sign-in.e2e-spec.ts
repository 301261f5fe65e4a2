import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { PasskeyAuthenticator } from '../support/passkey-authenticator.js';
import { accepted, arrive, promote, refusal, type SignedIn, signIn } from '../support/people.js';
import { auditTrail, trailOf } from './support/audit-trail.js';
import {
  addPasskey,
  arriveWithPasskey,
  type Passkey,
  type PasskeyOwner,
  signInByPasskey,
  signInOptions,
} from './support/passkeys.js';

const related = 'https://app.example.test';
const refused = '401 authentication.passkey_refused';

describe(`signing in by passkey, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: PasskeyOwner;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_PASSKEY_ORIGINS: related } });
    ada = await arriveWithPasskey(app);
  });

  afterAll(() => app.stop());

  const current = async ({ accessToken }: SignedIn): Promise<Record<string, unknown>> =>
    accepted(await app.api.as(accessToken).get('/v1/me/sessions/current'), 200);
  const failures = async (): Promise<unknown[]> =>
    (await auditTrail(app, 'authentication.sign_in_failed')).map(({ data }) => data['reason']);

  describe('alone', () => {
    it('asks for no identifier and no password, and is two factors', async () => {
      const { publicKey } = await signInOptions(app.api);
      expect(publicKey).toEqual({
        challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
        rpId: '127.0.0.1',
        timeout: 300_000,
        userVerification: 'required',
      });
      const session = accepted(await signInByPasskey(app, ada.authenticator), 200);
      expect(await current(session)).toMatchObject({ amr: ['pop', 'user', 'mfa'], acr: 'urn:gatehouse:acr:2fa' });
      const { items } = accepted(await ada.api.get<{ items: Passkey[] }>('/v1/me/passkeys'), 200);
      expect(items[0]?.lastUsedAt).not.toBeNull();
    });

    it('can be carried by a cookie', async () => {
      const browser = app.api.withCookies(new CookieJar());
      const { publicKey } = await signInOptions(browser);
      const response = ada.authenticator.get(publicKey);
      accepted(await browser.post('/v1/auth/passkey/verify', { response, delivery: 'cookie' }), 200);
      expect((await browser.get('/v1/me/sessions/current')).body).toMatchObject({ carrier: 'cookie' });
    });

    it('works on the other origins of the settings, which browsers may look up', async () => {
      expect((await signInByPasskey(app, ada.authenticator, { origin: related })).status).toBe(200);
      const known = (await (await fetch(`${app.url}/.well-known/webauthn`)).json()) as unknown;
      expect(known).toEqual({ origins: [app.url, related] });
    });

    it('does not spare who owes a new password from choosing it', async () => {
      const bea = await arriveWithPasskey(app);
      await app.sql(
        `UPDATE password_credentials SET must_change = true WHERE user_id =
        (SELECT id FROM users WHERE email_key = $1)`,
        [bea.email],
      );
      expect((await signInByPasskey(app, bea.authenticator)).body.status).toBe('password_change_required');
    });

    it('asks the database for the limit, the passkey, its challenge, its counter and the session', async () => {
      const { publicKey } = await signInOptions(app.api);
      const response = ada.authenticator.get(publicKey);
      const { result, statements } = await app.statements.during(() =>
        app.api.post('/v1/auth/passkey/verify', { response }),
      );
      expect(result.status).toBe(200);
      expect(statements).toEqual([
        'limits.count',
        'credentials.find_passkey',
        'tokens.consume',
        'credentials.use_passkey',
        'sessions.open_with_family',
      ]);
    });
  });

  describe('is refused', () => {
    it.each([
      ['on a page of another origin', { origin: 'https://evil.example' }],
      ['for another host', { rpId: 'evil.example' }],
      ['in a frame of another site', { crossOrigin: true }],
      ['that answers a registration', { type: 'webauthn.create' }],
      ['with nobody there', { userPresent: false }],
      ['that says it is somebody else', { userHandle: 'ZXZl' }],
      ['that does not say whose it is', { userHandle: null }],
    ])('%s', async (_, behaviour) => {
      expect(refusal(await signInByPasskey(app, ada.authenticator, behaviour))).toBe(refused);
    });

    it('where nobody was verified, whatever the page asked for: else a found key would be enough', async () => {
      const answer = await signInByPasskey(app, ada.authenticator, { userVerified: false });
      expect(refusal(answer)).toBe('403 authentication.user_verification_needed');
      expect((await failures()).at(-1)).toBe('user_not_verified');
      expect((await signInByPasskey(app, ada.authenticator)).status).toBe(200);
    });

    it('where its signature is not that of the passkey', async () => {
      const { publicKey } = await signInOptions(app.api);
      const [own, stranger] = [ada.authenticator.get(publicKey), new PasskeyAuthenticator(app.url).get(publicKey)];
      const response = { ...own, response: { ...own.response, signature: stranger.response['signature'] } };
      expect(refusal(await app.api.post('/v1/auth/passkey/verify', { response }))).toBe(refused);
    });

    it('alike for an unknown passkey, a disabled account and an unverified one, and recorded apart', async () => {
      const bea = await arriveWithPasskey(app);
      const admin = await arrive(app);
      await promote(app, admin);
      const before = (await failures()).length;
      const bodyOf = async (authenticator: PasskeyAuthenticator): Promise<object> => {
        const { requestId: _, ...body } = (await signInByPasskey(app, authenticator)).body as unknown as {
          requestId: string;
        };
        return body;
      };
      const unknown = await bodyOf(new PasskeyAuthenticator(app.url).pretending('ZXZl'));
      await app.sql('UPDATE users SET email_verified_at = NULL WHERE email_key = $1', [bea.email]);
      expect(await bodyOf(bea.authenticator)).toEqual(unknown);
      await app.sql('UPDATE users SET email_verified_at = app_now() WHERE email_key = $1', [bea.email]);
      accepted(await admin.api.post(`/v1/admin/users/${bea.id}/disable`), 200);
      expect(await bodyOf(bea.authenticator)).toEqual(unknown);
      expect((await failures()).slice(before)).toEqual(['passkey_unknown', 'account_not_active', 'account_not_active']);
    });

    it('with a challenge that was answered before, has expired, or was given for something else', async () => {
      const { publicKey } = await signInOptions(app.api);
      const verify = async (options: typeof publicKey): Promise<string> =>
        refusal(await app.api.post('/v1/auth/passkey/verify', { response: ada.authenticator.get(options) }));
      accepted(await app.api.post('/v1/auth/passkey/verify', { response: ada.authenticator.get(publicKey) }), 200);
      expect(await verify(publicKey)).toBe('410 authentication.passkey_challenge_used');
      expect(await verify({ ...publicKey, challenge: 'A'.repeat(43) })).toBe(
        '400 authentication.passkey_challenge_invalid',
      );
      const stepUp = await signInOptions(ada.api);
      expect(await verify(stepUp.publicKey)).toBe('400 authentication.passkey_challenge_invalid');
      const late = await signInOptions(app.api);
      await app.pass(301);
      expect(await verify(late.publicKey)).toBe('410 authentication.passkey_challenge_expired');
    });

    it('for good where its counter ran backwards, and its owner is told', async () => {
      const bea = await arriveWithPasskey(app);
      expect(refusal(await signInByPasskey(app, bea.authenticator, { signCount: 1 }))).toBe(refused);
      expect(refusal(await signInByPasskey(app, bea.authenticator, { signCount: 1000 }))).toBe(refused);
      const mail = await app.mailbox.waitFor(bea.email, 'securityAlert', 2);
      expect(mail.subject).toMatch(/we blocked a passkey/);
      expect(mail.text).toContain('“Laptop”');
      const { items } = accepted(await bea.api.get<{ items: Passkey[] }>('/v1/me/passkeys'), 200);
      expect(items[0]?.suspendedAt).not.toBeNull();
      const cloned = (await trailOf(app, bea.id)).filter(({ type }) => type === 'authentication.passkey_cloned');
      expect(cloned).toHaveLength(1);
    });

    it('where a counter falls to zero, but not where none ever counted', async () => {
      const bea = await arriveWithPasskey(app, new PasskeyAuthenticator(app.url, false));
      expect((await signInByPasskey(app, bea.authenticator)).status).toBe(200);
      expect((await signInByPasskey(app, bea.authenticator, { signCount: 7 })).status).toBe(200);
      expect(refusal(await signInByPasskey(app, bea.authenticator))).toBe(refused);
    });

    it('where the same counter comes twice at the same moment, but once', async () => {
      const bea = await arriveWithPasskey(app);
      const tries = await Promise.all(
        [1, 2, 3, 4].map(() => signInByPasskey(app, bea.authenticator, { signCount: 100 })),
      );
      expect(tries.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    });
  });

  it('leaves the failures of the password alone', async () => {
    const bea = await arriveWithPasskey(app);
    expect(refusal(await signInByPasskey(app, bea.authenticator, { rpId: 'evil.example' }))).toBe(refused);
    const [row] = await app.sql<{ count: number }>('SELECT count(*)::int AS count FROM failure_counters');
    expect(row?.count).toBe(0);
  });

  it('serves a second device of the same account as well', async () => {
    const phone = new PasskeyAuthenticator(app.url, false);
    const renewed = accepted(await signInByPasskey(app, ada.authenticator), 200);
    accepted(await addPasskey(app.api.as(renewed.accessToken), phone, 'Phone'), 201);
    expect((await signInByPasskey(app, phone)).status).toBe(200);
    expect((await signIn(app, await arrive(app))).status).toBe('authenticated');
  });
});
