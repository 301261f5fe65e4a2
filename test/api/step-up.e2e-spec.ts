import type { Answer } from '../support/api-client.js';
import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  promote,
  refusal,
  registerAndVerify,
  type SignedIn,
  signIn,
  someone,
  type Visit,
} from '../support/people.js';
import { answerChallenge, type Authenticator, type Challenged, enrolTotp } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';
import { operationsOf } from './support/operations.js';

const window = 600;
const required = '403 authentication.step_up_required';

describe(`step-up, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let root: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    [ada, root] = [await arrive(app, someone('ada')), await arrive(app, someone('root'))];
    await promote(app, root);
    await app.sql(`UPDATE users SET second_factors = '{totp}' WHERE email = $1`, [(await lost()).email]);
  });

  let victim: Visit;
  const lost = async (): Promise<Visit> => (victim = await arrive(app, someone('victim')));
  const as = (visit: Visit, { accessToken }: Pick<SignedIn, 'accessToken'>): Visit => ({
    ...visit,
    api: app.api.as(accessToken),
  });
  /** The same session, past the window: refreshed, and no fresher for it. */
  const aged = async (visit: Visit, seconds = window + 1): Promise<Visit> => {
    await app.pass(seconds);
    const { refreshToken } = visit.tokens;
    const tokens = accepted(await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }), 200);
    return as({ ...visit, tokens: { ...visit.tokens, ...tokens } }, tokens);
  };
  const stepUp = (visit: Visit, password = visit.password): Promise<Answer<SignedIn>> =>
    visit.api.post<SignedIn>('/v1/auth/step-up', { password });
  const isSignedIn = async (bearer: string): Promise<boolean> =>
    (await app.api.as(bearer).get('/v1/me/sessions/current')).status === 200;

  type Operation = (who: Visit) => Promise<Answer<object>>;
  const newPassword = 'meadow lantern hollow 7';
  const changeEmail: Operation = ({ api, password: currentPassword }) =>
    api.post('/v1/me/email', { email: someone('moved').email, currentPassword });
  const own: Record<string, Operation> = {
    'changing the password': ({ api, password: currentPassword }) =>
      api.post('/v1/me/password', { currentPassword, newPassword }),
    'changing the address': changeEmail,
    'deleting the account': ({ api, password: currentPassword }) => api.delete('/v1/me', { currentPassword }),
  };
  const ofOthers: Record<string, Operation> = {
    'disabling an account': ({ api }) => api.post(`/v1/admin/users/${victim.id}/disable`),
    'enabling an account': ({ api }) => api.post(`/v1/admin/users/${victim.id}/enable`),
    'ending all sessions of an account': ({ api }) => api.delete(`/v1/admin/users/${victim.id}/sessions`),
    'ending a session of an account': ({ api }) =>
      api.delete(`/v1/admin/users/${victim.id}/sessions/${victim.tokens.session.id}`),
    'resetting the factors of an account': ({ api }) => api.post(`/v1/admin/users/${victim.id}/factors/reset`),
  };

  it.each(Object.keys({ ...own, ...ofOthers }))('is asked for before %s, and opens it', async (what) => {
    const operation = own[what] ?? ofOthers[what]!;
    const stale = await aged(what in own ? ada : root);
    const before = await app.sql('SELECT * FROM users ORDER BY id');
    const refused = await operation(stale);
    expect(refusal(refused)).toBe(required);
    expect(refused.body).toMatchObject({ methods: ['password'], maxAge: window });
    expect(await app.sql('SELECT * FROM users ORDER BY id')).toEqual(before);
    expect(await isSignedIn((await aged(victim, 1)).tokens.accessToken)).toBe(true);

    const fresh = as(stale, accepted(await stepUp(stale), 200));
    expect((await operation(fresh)).status).toBeLessThan(300);
  });

  it('is not asked for within ten minutes of a sign-in, and asked for after', async () => {
    const young = await aged(ada, window - 5);
    accepted(await changeEmail(young), 202);
    const old = await aged({ ...young, tokens: { ...ada.tokens, ...young.tokens } }, 6);
    expect(refusal(await changeEmail(old))).toBe(required);
    accepted(await old.api.get('/v1/me'), 200);
    accepted(await old.api.patch('/v1/me', { name: 'Ada' }), 200);
  });

  it('puts a new session in the place of the old one, which is dead with all its tokens', async () => {
    const stale = await aged(ada);
    const fresh = accepted(await stepUp(stale), 200);
    expect(fresh.session.id).not.toBe(ada.tokens.session.id);
    expect(Date.parse(fresh.session.authTime)).toBeGreaterThan(Date.parse(ada.tokens.session.authTime));
    expect(await isSignedIn(stale.tokens.accessToken)).toBe(false);
    const { refreshToken } = stale.tokens;
    const refresh = await app.api.post('/v1/auth/refresh', { refreshToken });
    expect(refusal(refresh)).toBe('401 sessions.refresh_token_invalid');
    expect(await isSignedIn(fresh.accessToken)).toBe(true);
    expect((await app.api.as(fresh.accessToken).get<{ items: [] }>('/v1/me/sessions')).body.items).toHaveLength(1);
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.signed_in', data: { factor: 'password', steppedUp: true } });
  });

  it('puts a new cookie in the place of the old one', async () => {
    const { email: identifier, password } = await registerAndVerify(app);
    const [jar, old] = [new CookieJar(), new CookieJar()];
    const browser = app.api.withCookies(jar);
    accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
    const name = '__Host-gatehouse-session';
    old.set(name, jar.get(name)!);
    await app.pass(window + 1);
    const change = { email: someone('moved').email, currentPassword: password };
    expect(refusal(await browser.post('/v1/me/email', change))).toBe(required);
    const answer = accepted(await browser.post('/v1/auth/step-up', { password }), 200);
    expect(Object.keys(answer).sort()).toEqual(['session', 'status']);
    expect(jar.get(name)).not.toBe(old.get(name));
    expect((await app.api.withCookies(old).get('/v1/me')).status).toBe(401);
    accepted(await browser.post('/v1/me/email', change), 202);
  });

  it('needs the right password, and leaves the session as it was without', async () => {
    const stale = await aged(ada);
    const refused = await stepUp(stale, 'not the password at all');
    expect(refusal(refused)).toBe('403 authentication.current_password_wrong');
    expect((refused.body as { errors?: object[] }).errors).toEqual([expect.objectContaining({ field: 'password' })]);
    expect(await isSignedIn(stale.tokens.accessToken)).toBe(true);
    expect(refusal(await changeEmail(stale))).toBe(required);
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.step_up_failed', address: '127.0.0.1' });
  });

  it('needs a session', async () => {
    const nobody = await app.api.post('/v1/auth/step-up', { password: ada.password });
    expect(refusal(nobody)).toBe('401 http.unauthenticated');
  });

  describe('of an account with a second factor', () => {
    let authenticator: Authenticator;

    beforeEach(async () => {
      ({ authenticator } = await enrolTotp(app, ada.api));
    });

    const challengeOf = async (visit: Visit): Promise<string> => {
      const { status, challenge } = accepted(await stepUp(visit), 200) as unknown as Challenged;
      expect([status, challenge.methods]).toEqual(['mfa_required', ['totp', 'backup_code']]);
      return challenge.id;
    };

    it('is asked for, however fresh, of a session with one factor', async () => {
      for (const operation of Object.values(own)) {
        const refused = await operation(ada);
        expect(refusal(refused)).toBe(required);
        expect(refused.body).toMatchObject({ methods: ['password', 'totp', 'backup_code'], maxAge: window });
      }
    });

    it('takes both factors, and opens what was refused', async () => {
      const challengeId = await challengeOf(ada);
      expect(await isSignedIn(ada.tokens.accessToken)).toBe(true);
      const fresh = accepted(await answerChallenge(ada.api, challengeId, await authenticator.nextCode()), 200);
      expect(await isSignedIn(ada.tokens.accessToken)).toBe(false);
      accepted(await changeEmail(as(ada, fresh)), 202);
      const old = await aged({ ...ada, tokens: fresh });
      expect(refusal(await changeEmail(old))).toBe(required);
    });

    it('answers with a challenge that only the session which asked may answer', async () => {
      const challengeId = await challengeOf(ada);
      const code = await authenticator.nextCode();
      const other = await signIn(app, root);
      for (const api of [app.api, app.api.as(other.accessToken)]) {
        expect(refusal(await answerChallenge(api, challengeId, code))).toBe('403 authentication.challenge_foreign');
      }
      accepted(await answerChallenge(ada.api, challengeId, code), 200);
    });

    it('comes to nothing where the session has ended meanwhile', async () => {
      const challengeId = await challengeOf(ada);
      accepted(await ada.api.post('/v1/auth/logout', {}), 204);
      const answer = await answerChallenge(ada.api, challengeId, await authenticator.nextCode());
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(
        await app.sql(
          'SELECT 1 FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = $1) AND ended_at IS NULL',
          [ada.email],
        ),
      ).toEqual([]);
    });
  });

  /** What signed-in people change without it, because nobody is worse off: all else that changes something asks. */
  const harmless = [
    'patch /v1/me',
    'patch /v1/me/passkeys/{passkeyId}',
    'delete /v1/me/grants/{grantId}',
    // Steps of what a fresh sign-in began.
    'post /v1/me/domains/{id}/code',
    'post /v1/me/domains/{id}/verify',
    'post /v1/auth/step-up',
    'post /v1/admin/invites/{inviteId}/resend',
    'delete /v1/admin/invites/{inviteId}',
    'delete /v1/admin/users/{userId}/factors/reset',
  ];

  it('is asked for by every operation that changes something, but for a few that are harmless', async () => {
    const stale = await aged(root);
    const changing = (await operationsOf(app)).filter(({ method, needsSession }) => needsSession && method !== 'GET');
    const sensitive = changing.filter(({ name }) => !harmless.includes(name));
    expect(changing.length - sensitive.length).toBe(harmless.length);
    expect(sensitive.length).toBeGreaterThan(15);
    for (const { name, method, address } of sensitive) {
      expect([name, refusal(await stale.api.call<object>(method, address))]).toEqual([name, required]);
    }
  });

  it('is announced in the OpenAPI document, where it may be asked for', async () => {
    const operations = await operationsOf(app);
    for (const { name, fresh, statuses, description, method, needsSession } of operations) {
      const asks = needsSession && method !== 'GET' && !harmless.includes(name);
      expect([name, fresh]).toEqual([name, asks]);
      if (fresh) expect([name, statuses]).toEqual([name, expect.arrayContaining(['403'])]);
      if (fresh) expect([name, description]).toEqual([name, expect.stringContaining('step_up_required')]);
    }
  });
});
