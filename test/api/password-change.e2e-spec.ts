import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, type SignedIn, signIn, someone, type Visit } from '../support/people.js';

describe(`changing a password, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const newPassword = 'meadow lantern hollow 7';
  const change = (visit: Visit, body: object): Promise<Answer<Record<string, unknown>>> =>
    visit.api.post('/v1/me/password', { currentPassword: visit.password, newPassword, ...body });
  const status = async ({ accessToken }: SignedIn): Promise<number> =>
    (await app.api.as(accessToken).get('/v1/me/sessions/current')).status;
  const login = (identifier: string, password: string): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/login', { identifier, password });

  it('ends the other sessions, keeps this one, and tells the owner', async () => {
    const ada = await arrive(app, someone('ada'));
    const other = await signIn(app, ada);
    accepted(await change(ada, {}), 204);

    expect(await status(other)).toBe(401);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401);
    expect(await status(ada.tokens)).toBe(200);
    accepted(await app.api.post('/v1/auth/refresh', { refreshToken: ada.tokens.refreshToken }), 200);
    expect((await login(ada.email, ada.password)).status).toBe(401);
    accepted(await login(ada.email, newPassword), 200);
    const mail = await app.mailbox.waitFor(ada.email, 'passwordChanged');
    expect(mail.text).toContain('127.0.0.1');
  });

  it('needs the current password', async () => {
    const ada = await arrive(app);
    const answer = await change(ada, { currentPassword: 'not the current password' });
    expect(refusal(answer)).toBe('403 authentication.current_password_wrong');
    expect(answer.body['errors']).toEqual([expect.objectContaining({ field: 'currentPassword' })]);
    accepted(await login(ada.email, ada.password), 200);
  });

  it('refuses the same password again', async () => {
    const ada = await arrive(app);
    expect(refusal(await change(ada, { newPassword: ada.password }))).toBe('400 authentication.password_unchanged');
  });

  it('refuses what the policy refuses, the name of the account among it', async () => {
    const ada = await arrive(app, someone('ada', { username: 'wonderful.ada' }));
    for (const [password, code] of [
      ['too short', 'credentials.password_too_short'],
      ['x'.repeat(257), 'credentials.password_too_long'],
      ['wonderful.ada!!!', 'credentials.password_guessable'],
    ] as const) {
      expect(refusal(await change(ada, { newPassword: password }))).toBe(`400 ${code}`);
    }
    accepted(await login(ada.email, ada.password), 200);
  });

  it('needs a session', async () => {
    const body = { currentPassword: 'x', newPassword };
    expect(refusal(await app.api.post('/v1/me/password', body))).toBe('401 http.unauthenticated');
  });

  it('voids reset links that were mailed before', async () => {
    const ada = await arrive(app);
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    accepted(await change(ada, {}), 204);
    const reset = await app.api.post('/v1/auth/password/reset', { token, newPassword: 'of who stole the mail' });
    expect(reset.status).toBe(410);
    accepted(await login(ada.email, newPassword), 200);
  });

  describe('that must change', () => {
    interface Challenged {
      readonly status: string;
      readonly challenge: { readonly id: string; readonly expiresAt: string };
    }

    const mustChange = async (): Promise<Visit & { challengeId: string }> => {
      const person = await arrive(app);
      await app.sql(
        'UPDATE password_credentials SET must_change = true WHERE user_id = (SELECT id FROM users WHERE email = $1)',
        [person.email],
      );
      const answer = accepted(await login(person.email, person.password), 200) as unknown as Challenged;
      expect(Object.keys(answer).sort()).toEqual(['challenge', 'status']);
      expect(answer.status).toBe('password_change_required');
      return { ...person, challengeId: answer.challenge.id };
    };
    const choose = (challengeId: string, password: string, more: object = {}): Promise<Answer<SignedIn>> =>
      app.api.post<SignedIn>('/v1/auth/password/change-required', { challengeId, newPassword: password, ...more });

    it('gives a challenge instead of a session, and signs in when it is answered', async () => {
      const { email, password, challengeId, tokens } = await mustChange();
      expect(
        await app.api
          .as(challengeId)
          .get('/v1/me')
          .then(({ status: code }) => code),
      ).toBe(401);
      const answer = accepted(await choose(challengeId, newPassword), 200);
      expect(answer.status).toBe('authenticated');
      expect(await status(answer)).toBe(200);
      expect(await status(tokens)).toBe(401);
      expect((await login(email, password)).status).toBe(401);
      expect(accepted(await login(email, newPassword), 200).status).toBe('authenticated');
    });

    it('takes a challenge once', async () => {
      const { challengeId } = await mustChange();
      accepted(await choose(challengeId, newPassword), 200);
      expect(refusal(await choose(challengeId, 'hollow meadow lantern 8'))).toBe('410 tokens.used');
    });

    it('leaves the challenge open where the new password is refused', async () => {
      const { challengeId, password } = await mustChange();
      expect(refusal(await choose(challengeId, 'short'))).toBe('400 credentials.password_too_short');
      expect(refusal(await choose(challengeId, password))).toBe('400 authentication.password_unchanged');
      accepted(await choose(challengeId, newPassword), 200);
    });

    it('takes a challenge for ten minutes', async () => {
      const { challengeId } = await mustChange();
      await app.pass(601);
      expect(refusal(await choose(challengeId, newPassword))).toBe('410 tokens.expired');
    });

    it('signs in by cookie where that is asked for', async () => {
      const { challengeId } = await mustChange();
      const answer = await choose(challengeId, newPassword, { delivery: 'cookie' });
      expect(Object.keys(accepted(answer, 200)).sort()).toEqual(['session', 'status']);
      expect(answer.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
        '__Host-gatehouse-device',
        '__Host-gatehouse-session',
      ]);
    });

    it('refuses a challenge that never was, and other tokens in its place', async () => {
      const ada = await arrive(app);
      accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
      const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
      for (const id of ['x', 'A'.repeat(43), token]) {
        expect(refusal(await choose(id, newPassword))).toBe('400 tokens.invalid');
      }
    });

    it('refuses the challenge of an account disabled meanwhile', async () => {
      const { challengeId, email } = await mustChange();
      await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [email]);
      expect(refusal(await choose(challengeId, newPassword))).toBe('400 tokens.invalid');
    });
  });
});
