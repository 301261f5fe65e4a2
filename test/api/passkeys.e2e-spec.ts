import { type App, startApp } from '../support/app.js';
import { PasskeyAuthenticator } from '../support/passkey-authenticator.js';
import { accepted, arrive, refusal, type SignedIn, signIn } from '../support/people.js';
import { beginSignIn, enrolTotp } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';
import {
  addPasskey,
  arriveWithPasskey,
  type Passkey,
  registrationOptions,
  signInByPasskey,
} from './support/passkeys.js';

describe(`the passkeys of an account, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const device = (): PasskeyAuthenticator => new PasskeyAuthenticator(app.url);
  const listed = async (api: App['api']): Promise<Passkey[]> =>
    accepted(await api.get<{ items: Passkey[] }>('/v1/me/passkeys'), 200).items;
  const alerts = async (email: string, count: number): Promise<string[]> => {
    await app.mailbox.waitFor(email, 'securityAlert', count);
    return (await app.mailbox.of(email, 'securityAlert')).map(({ subject }) => subject);
  };

  describe('are added', () => {
    it('by options for a discoverable passkey of this host, with a challenge of 256 bits', async () => {
      const ada = await arrive(app);
      const { publicKey, expiresAt } = await registrationOptions(ada.api);
      expect(publicKey).toMatchObject({
        challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
        rp: { id: '127.0.0.1', name: 'Gatehouse' },
        user: { name: ada.email, displayName: ada.email },
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
        attestation: 'none',
        excludeCredentials: [],
      });
      expect(Buffer.from(publicKey.user?.id ?? '', 'base64url').toString()).toBe(ada.id);
      expect(new Date(expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(301_000);
      const again = await registrationOptions(ada.api);
      expect(again.publicKey.challenge).not.toBe(publicKey.challenge);
    });

    it('several to one account, each with a name; the first brings backup codes', async () => {
      const ada = await arriveWithPasskey(app);
      expect(ada.added.passkey).toMatchObject({ name: 'Laptop', backedUp: false, lastUsedAt: null, suspendedAt: null });
      expect(ada.added.backupCodes).toHaveLength(10);
      const { publicKey } = await registrationOptions(ada.api);
      expect(publicKey.excludeCredentials).toMatchObject([{ id: ada.authenticator.id, transports: ['internal'] }]);

      const phone = new PasskeyAuthenticator(app.url, false);
      const second = accepted(await addPasskey(ada.api, phone), 201);
      expect(second).toMatchObject({
        passkey: { name: expect.any(String) as string, backedUp: true },
        backupCodes: null,
      });
      expect((await listed(ada.api)).map(({ id }) => id)).toEqual([ada.added.passkey.id, second.passkey.id]);
      for (const authenticator of [ada.authenticator, phone]) {
        expect(accepted(await signInByPasskey(app, authenticator), 200).status).toBe('authenticated');
      }
      expect(await alerts(ada.email, 2)).toEqual(Array(2).fill(expect.stringMatching(/a passkey was added/)));
    });

    it('only by who has proved themselves lately and at the highest level of the account', async () => {
      const ada = await arrive(app);
      await app.sql(`UPDATE sessions SET auth_time = auth_time - interval '11 minutes' WHERE id = $1`, [
        ada.tokens.session.id,
      ]);
      expect(refusal(await ada.api.post('/v1/me/passkeys/options'))).toBe('403 authentication.step_up_required');
      const response = device().create({ challenge: 'x' });
      expect(refusal(await ada.api.post('/v1/me/passkeys', { response }))).toBe('403 authentication.step_up_required');
    });

    it('ending the other sessions where that is wished', async () => {
      const ada = await arrive(app);
      const other = app.api.as((await signIn(app, ada)).accessToken);
      const { publicKey } = await registrationOptions(ada.api);
      const added = { response: device().create(publicKey), endOtherSessions: true };
      accepted(await ada.api.post('/v1/me/passkeys', added), 201);
      expect((await other.get('/v1/me')).status).toBe(401);
      accepted(await ada.api.get('/v1/me'), 200);
    });

    it('not twice, nor to two accounts', async () => {
      const ada = await arriveWithPasskey(app);
      expect(refusal(await addPasskey(ada.api, ada.authenticator))).toBe('409 authentication.passkey_taken');
      const eve = await arrive(app);
      expect(refusal(await addPasskey(eve.api, ada.authenticator))).toBe('409 authentication.passkey_taken');
    });

    it('by a challenge that works once, for five minutes, and for the session that asked', async () => {
      const ada = await arrive(app);
      const eve = await arrive(app);
      const { publicKey } = await registrationOptions(eve.api);
      const foreign = { response: device().create(publicKey) };
      expect(refusal(await ada.api.post('/v1/me/passkeys', foreign))).toBe(
        '400 authentication.passkey_challenge_invalid',
      );

      const made = { response: device().create({ ...publicKey, challenge: 'A'.repeat(43) }) };
      expect(refusal(await ada.api.post('/v1/me/passkeys', made))).toBe('400 authentication.passkey_challenge_invalid');

      const bea = await arriveWithPasskey(app);
      const once = await registrationOptions(bea.api);
      accepted(await bea.api.post('/v1/me/passkeys', { response: device().create(once.publicKey) }), 201);
      const again = { response: device().create(once.publicKey) };
      expect(refusal(await bea.api.post('/v1/me/passkeys', again))).toBe('410 authentication.passkey_challenge_used');

      const late = await registrationOptions(eve.api);
      await app.pass(301);
      const { refreshToken } = eve.tokens;
      const { accessToken } = accepted(await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }), 200);
      const tooLate = { response: device().create(late.publicKey) };
      expect(refusal(await app.api.as(accessToken).post('/v1/me/passkeys', tooLate))).toBe(
        '410 authentication.passkey_challenge_expired',
      );
    });

    it.each([
      ['made on a page of another origin', { origin: 'https://evil.example' }],
      ['made for another host', { rpId: 'evil.example' }],
      ['made in a frame of another site', { crossOrigin: true }],
      ['that is an answer to a sign-in', { type: 'webauthn.get' }],
      ['made with nobody there', { userPresent: false }],
    ])('but not one %s', async (_, behaviour) => {
      const ada = await arrive(app);
      const { publicKey } = await registrationOptions(ada.api);
      const response = device().create(publicKey, behaviour);
      expect(refusal(await ada.api.post('/v1/me/passkeys', { response }))).toBe(
        '400 authentication.passkey_not_registered',
      );
    });

    it.each([{}, { id: 'x' }, { id: 'eA', rawId: 'eA', type: 'public-key', response: { clientDataJSON: 'e30' } }])(
      'but not from %j',
      async (response) => {
        const ada = await arrive(app);
        expect(refusal(await ada.api.post('/v1/me/passkeys', { response }))).toBe(
          '400 authentication.passkey_not_registered',
        );
      },
    );
  });

  it('are renamed by their owner alone', async () => {
    const ada = await arriveWithPasskey(app);
    const eve = await arrive(app);
    const path = `/v1/me/passkeys/${ada.added.passkey.id}`;
    expect(refusal(await eve.api.patch(path, { name: 'Mine' }))).toBe('404 authentication.passkey_not_found');
    expect(refusal(await ada.api.patch('/v1/me/passkeys/x', { name: 'Mine' }))).toBe(
      '404 authentication.passkey_not_found',
    );
    expect(refusal(await ada.api.patch(path, { name: 'two\nlines' }))).toMatch(/^400 /);
    expect(accepted(await ada.api.patch<Passkey>(path, { name: 'Old laptop' }), 200).name).toBe('Old laptop');
    const trail = await trailOf(app, ada.id);
    expect(trail.find(({ type }) => type === 'authentication.passkey_renamed')?.data).toMatchObject({
      name: 'Old laptop',
    });
  });

  describe('are revoked', () => {
    it('by their owner alone, and refused from then on', async () => {
      const ada = await arriveWithPasskey(app);
      const eve = await arrive(app);
      const phone = device();
      const { passkey } = accepted(await addPasskey(ada.api, phone, 'Phone'), 201);
      expect(refusal(await eve.api.delete(`/v1/me/passkeys/${passkey.id}`))).toBe(
        '404 authentication.passkey_not_found',
      );
      expect((await ada.api.delete(`/v1/me/passkeys/${passkey.id}`)).status).toBe(204);
      expect(refusal(await signInByPasskey(app, phone))).toBe('401 authentication.passkey_refused');
      expect(accepted(await signInByPasskey(app, ada.authenticator), 200).status).toBe('authenticated');
      expect(await alerts(ada.email, 3)).toContainEqual(expect.stringMatching(/a passkey .* was removed/));
    });

    it('ending the other sessions where that is wished', async () => {
      const { api, added, authenticator } = await arriveWithPasskey(app);
      const other = app.api.as(accepted(await signInByPasskey(app, authenticator), 200).accessToken);
      accepted(await api.delete(`/v1/me/passkeys/${added.passkey.id}`, { endOtherSessions: true }), 204);
      expect((await other.get('/v1/me')).status).toBe(401);
      accepted(await api.get('/v1/me'), 200);
    });

    it('with the last one the account stops asking for it, and its backup codes go', async () => {
      const ada = await arriveWithPasskey(app);
      expect((await beginSignIn(app, ada)).methods).toEqual(['passkey', 'backup_code']);
      expect((await ada.api.delete(`/v1/me/passkeys/${ada.added.passkey.id}`)).status).toBe(204);
      expect((await signIn(app, ada)).status).toBe('authenticated');
      expect(await listed(app.api.as((await signIn(app, ada)).accessToken))).toEqual([]);
    });

    it('with the last one another second factor and the backup codes stay', async () => {
      const ada = await arriveWithPasskey(app);
      await enrolTotp(app, ada.api);
      expect((await ada.api.delete(`/v1/me/passkeys/${ada.added.passkey.id}`)).status).toBe(204);
      expect((await beginSignIn(app, ada)).methods).toEqual(expect.arrayContaining(['totp', 'backup_code']));
      expect((await beginSignIn(app, ada)).methods).not.toContain('passkey');
    });
  });
});
