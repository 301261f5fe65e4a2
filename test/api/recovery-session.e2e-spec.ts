import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { PasskeyAuthenticator } from '../support/passkey-authenticator.js';
import { accepted, arrive, promote, refusal, type SignedIn, someone, type Visit } from '../support/people.js';
import { type Authenticator, beginSignIn, enrolTotp, signInWithCode } from '../support/second-factors.js';
import { operationsOf } from './support/operations.js';
import { addPasskey, arriveWithPasskey, signInByPasskey } from './support/passkeys.js';
import { beginReset, demandNewPassword, takeEffect } from './support/recovery.js';

/** What is left after lost factors were removed: a session that can set up new ones, and no more. */
describe(`a recovery session, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let token: string;
  let authenticator: Authenticator;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await arrive(app, someone('ada'));
    ({ authenticator } = await enrolTotp(app, ada.api));
    ({ token } = await beginReset(app, ada));
  });

  const recover = (): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/recovery', { token, password: ada.password });
  const answer = async (code: string): Promise<Answer<object>> =>
    app.api.post('/v1/auth/mfa/verify', { challengeId: (await beginSignIn(app, ada)).id, method: 'totp', code });

  /** All that new factors need. */
  const open = [
    'get /v1/me',
    'get /v1/me/sessions/current',
    'get /v1/me/totp',
    'post /v1/me/totp',
    'post /v1/me/totp/confirm',
    'get /v1/me/backup-codes',
    'get /v1/me/passkeys',
    'post /v1/me/passkeys/options',
    'post /v1/me/passkeys',
  ];

  it('reaches nothing but what new factors need', async () => {
    await promote(app, ada);
    await takeEffect(app);
    const api = app.api.as(accepted(await recover(), 200).accessToken);
    accepted(await api.get('/v1/me'), 200);
    accepted(await api.get('/v1/me/sessions/current'), 200);
    const signedIn = (await operationsOf(app)).filter(({ needsSession }) => needsSession);
    expect(signedIn.map(({ name }) => name)).toEqual(expect.arrayContaining(open));
    for (const { name, method, address } of signedIn.filter(({ name }) => !open.includes(name))) {
      expect([name, refusal(await api.call<object>(method, address))]).toEqual([name, '403 http.recovery_session']);
    }
    accepted(await api.post('/v1/auth/logout', {}), 204);
    expect((await api.get('/v1/me')).status).toBe(401);
  });

  it('lets new factors take the place of the lost ones, and then asks for a sign-in with them', async () => {
    await takeEffect(app);
    const api = app.api.as(accepted(await recover(), 200).accessToken);
    expect((await api.get('/v1/me/totp')).body).toEqual({ enabled: false, since: null });
    expect((await api.get('/v1/me/backup-codes')).body).toMatchObject({ total: 0, remaining: 0 });
    const renewed = await enrolTotp(app, api);
    expect(renewed.backupCodes).toHaveLength(10);
    expect(refusal(await api.post('/v1/me/totp'))).toBe('403 authentication.step_up_required');
    expect(refusal(await answer(await authenticator.nextCode()))).toBe('401 authentication.code_wrong');
    const session = await signInWithCode(app, ada, await renewed.authenticator.nextCode());
    accepted(await app.api.as(session.accessToken).get('/v1/me/sessions'), 200);
  });

  it('removes passkeys too, and takes a new one in their place', async () => {
    const owner = await arriveWithPasskey(app);
    const { token: ofOwner } = await beginReset(app, owner);
    await takeEffect(app);
    const proof = { token: ofOwner, password: owner.password };
    const { accessToken } = accepted(await app.api.post<SignedIn>('/v1/auth/recovery', proof), 200);
    expect((await signInByPasskey(app, owner.authenticator)).status).toBe(401);
    const another = new PasskeyAuthenticator(app.url);
    accepted(await addPasskey(app.api.as(accessToken), another), 201);
    const session = accepted(await signInByPasskey(app, another), 200);
    accepted(await app.api.as(session.accessToken).get('/v1/me/sessions'), 200);
  });

  it('forgets the failures of what was lost', async () => {
    for (let times = 0; times < 3; times += 1) expect((await answer('000000')).status).toBe(401);
    const counters = (): Promise<object[]> => app.sql('SELECT key FROM failure_counters');
    const before = await counters();
    await takeEffect(app);
    accepted(await recover(), 200);
    expect(await counters()).toHaveLength(before.length - 1);
  });

  it('ends after 15 minutes, however it is used', async () => {
    await takeEffect(app);
    let { refreshToken, accessToken } = accepted(await recover(), 200);
    for (const seconds of [250, 250, 250, 140]) {
      await app.pass(seconds);
      ({ refreshToken, accessToken } = accepted(
        await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }),
        200,
      ));
    }
    accepted(await app.api.as(accessToken).get('/v1/me'), 200);
    await app.pass(11);
    expect((await app.api.as(accessToken).get('/v1/me')).status).toBe(401);
    const refresh = await app.api.post('/v1/auth/refresh', { refreshToken });
    expect(refusal(refresh)).toBe('401 sessions.refresh_token_invalid');
  });

  it('asks for a required new password first; the session after is the same weak one', async () => {
    await takeEffect(app);
    await demandNewPassword(app, ada);
    const asked = accepted(await recover(), 200) as unknown as { status: string; challenge: { id: string } };
    expect(asked.status).toBe('password_change_required');
    const newPassword = 'meadow lantern hollow 7';
    const change = { challengeId: asked.challenge.id, newPassword };
    const { accessToken, session } = accepted(
      await app.api.post<SignedIn>('/v1/auth/password/change-required', change),
      200,
    );
    expect(refusal(await app.api.as(accessToken).get('/v1/me/sessions'))).toBe('403 http.recovery_session');
    expect(Date.parse(session.expiresAt) - Date.parse(session.authTime)).toBe(900_000);
  });
});
