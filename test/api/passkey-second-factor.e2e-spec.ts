import { type App, startApp } from '../support/app.js';
import { accepted, refusal, type SignedIn } from '../support/people.js';
import { beginSignIn, type Challenged } from '../support/second-factors.js';
import { arriveWithPasskey, type PasskeyOwner, signInByPasskey, signInOptions } from './support/passkeys.js';

const refused = '401 authentication.passkey_refused';

describe(`a passkey besides a password, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: PasskeyOwner;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await arriveWithPasskey(app);
  });

  afterAll(() => app.stop());

  const current = async ({ accessToken }: SignedIn): Promise<Record<string, unknown>> =>
    accepted(await app.api.as(accessToken).get('/v1/me/sessions/current'), 200);

  describe('as a second factor', () => {
    const answer = (id: string, response: object): ReturnType<typeof app.api.post<SignedIn>> =>
      app.api.post<SignedIn>('/v1/auth/mfa/verify', { challengeId: id, method: 'passkey', response });

    it('follows the password, with options for that account alone', async () => {
      const { id, methods } = await beginSignIn(app, ada);
      expect(methods).toEqual(['passkey', 'backup_code']);
      const { publicKey } = await signInOptions(app.api, { challengeId: id });
      expect(publicKey.allowCredentials).toMatchObject([{ id: ada.authenticator.id, transports: ['internal'] }]);
      const session = accepted(await answer(id, ada.authenticator.get(publicKey, { userHandle: null })), 200);
      expect(await current(session)).toMatchObject({
        amr: ['pwd', 'pop', 'user', 'mfa'],
        acr: 'urn:gatehouse:acr:2fa',
      });
    });

    it('is told to nobody without the challenge of that sign-in', async () => {
      const bea = await arriveWithPasskey(app);
      const none = '400 authentication.challenge_invalid';
      for (const challengeId of ['x', 'A'.repeat(43)]) {
        expect(refusal(await app.api.post('/v1/auth/passkey/options', { challengeId }))).toBe(none);
      }
      const begun = accepted(await bea.api.post<Challenged>('/v1/auth/step-up', { password: bea.password }), 200);
      const { id: challengeId } = begun.challenge;
      expect(refusal(await app.api.post('/v1/auth/passkey/options', { challengeId }))).toBe(
        '403 authentication.challenge_foreign',
      );
      expect((await bea.api.post('/v1/auth/passkey/options', { challengeId })).status).toBe(200);
    });

    it('answers the sign-in whose options it was given, once, and no other', async () => {
      const [first, second] = [await beginSignIn(app, ada), await beginSignIn(app, ada)];
      const { publicKey } = await signInOptions(app.api, { challengeId: first.id });
      const alone = await signInOptions(app.api);
      for (const options of [publicKey, alone.publicKey]) {
        const foreign = await answer(second.id, ada.authenticator.get(options));
        expect(refusal(foreign)).toBe('400 authentication.passkey_challenge_invalid');
      }
      accepted(await answer(first.id, ada.authenticator.get(publicKey)), 200);
      expect(refusal(await answer(first.id, ada.authenticator.get(publicKey)))).toBe(
        '410 authentication.challenge_used',
      );
      expect(refusal(await answer(second.id, ada.authenticator.get(publicKey)))).toBe(
        '410 authentication.passkey_challenge_used',
      );
    });

    it("is not somebody else's passkey", async () => {
      const bea = await arriveWithPasskey(app);
      const { id } = await beginSignIn(app, ada);
      const { publicKey } = await signInOptions(app.api, { challengeId: id });
      expect(refusal(await answer(id, bea.authenticator.get(publicKey)))).toBe('401 authentication.code_wrong');
    });

    it('is refused where its counter ran backwards', async () => {
      const bea = await arriveWithPasskey(app);
      const { id } = await beginSignIn(app, bea);
      const { publicKey } = await signInOptions(app.api, { challengeId: id });
      const cloned = await answer(id, bea.authenticator.get(publicKey, { signCount: 1 }));
      expect(refusal(cloned)).toBe('401 authentication.code_wrong');
      expect((await app.mailbox.waitFor(bea.email, 'securityAlert', 2)).subject).toMatch(/we blocked a passkey/);
    });
  });

  describe('as a step-up', () => {
    const stepUp = (visit: PasskeyOwner, response: object): ReturnType<typeof app.api.post<SignedIn>> =>
      visit.api.post<SignedIn>('/v1/auth/step-up', { response });

    it('proves the highest level; the new session takes the place of the old', async () => {
      const bea = await arriveWithPasskey(app);
      const { publicKey } = await signInOptions(bea.api);
      expect(publicKey).toMatchObject({
        userVerification: 'required',
        allowCredentials: [{ id: bea.authenticator.id }],
      });
      const session = accepted(await stepUp(bea, bea.authenticator.get(publicKey)), 200);
      expect(await current(session)).toMatchObject({ acr: 'urn:gatehouse:acr:2fa' });
      expect((await bea.api.get('/v1/me')).status).toBe(401);
      expect((await app.api.as(session.accessToken).post('/v1/me/passkeys/options')).status).toBe(200);
    });

    it('needs its user verified, its owner, and options of this session', async () => {
      const bea = await arriveWithPasskey(app);
      const options = (await signInOptions(bea.api)).publicKey;
      const unverified = bea.authenticator.get(options, { userVerified: false });
      expect(refusal(await stepUp(bea, unverified))).toBe('403 authentication.user_verification_needed');
      expect(refusal(await stepUp(bea, ada.authenticator.get(options)))).toBe(refused);
      const open = (await signInOptions(bea.api, { purpose: 'sign_in' })).publicKey;
      const invalid = '400 authentication.passkey_challenge_invalid';
      expect(refusal(await stepUp(bea, bea.authenticator.get(open)))).toBe(invalid);
      const other = accepted(await signInByPasskey(app, bea.authenticator), 200);
      const foreign = await app.api
        .as(other.accessToken)
        .post('/v1/auth/step-up', { response: bea.authenticator.get(options) });
      expect(refusal(foreign)).toBe(invalid);
    });

    it('takes either a password or a passkey', async () => {
      const bea = await arriveWithPasskey(app);
      for (const body of [{}, { password: bea.password, response: {} }]) {
        expect(refusal(await bea.api.post('/v1/auth/step-up', body))).toBe('400 authentication.step_up_proof_missing');
      }
      expect(refusal(await app.api.post('/v1/auth/passkey/options', { purpose: 'step_up' }))).toBe(
        '401 authentication.session_needed',
      );
    });
  });
});
