import { SessionTouches } from '../../libs/sessions/src/session-touches.js';
import { type Answer, type ApiClient, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  type Person,
  refusal,
  registerAndVerify,
  type SignedIn,
  signIn,
  someone,
} from '../support/people.js';

interface Listed {
  readonly id: string;
  readonly carrier: string;
  readonly current: boolean;
  readonly userAgent: string | null;
  readonly address: string | null;
}

describe(`sessions, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await registerAndVerify(app, someone('ada'));
  });

  afterAll(() => app.stop());

  const status = async ({ accessToken }: SignedIn): Promise<number> =>
    (await app.api.as(accessToken).get('/v1/me/sessions/current')).status;
  const list = async ({ accessToken }: SignedIn): Promise<Listed[]> =>
    accepted(await app.api.as(accessToken).get<{ items: Listed[] }>('/v1/me/sessions'), 200).items;
  const refresh = (refreshToken: string): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken });
  const endReason = async (id: string): Promise<string | null> =>
    (await app.sql<{ end_reason: string }>('SELECT end_reason FROM sessions WHERE id = $1', [id]))[0]!.end_reason;

  describe('signing out', () => {
    it('ends the session of the caller, tokens and all, and no other', async () => {
      const [leaving, staying] = [await signIn(app, ada), await signIn(app, ada)];
      accepted(await app.api.as(leaving.accessToken).post('/v1/auth/logout', {}), 204);
      expect(await status(leaving)).toBe(401);
      expect(refusal(await refresh(leaving.refreshToken))).toBe('401 sessions.refresh_token_invalid');
      expect(await status(staying)).toBe(200);
      expect(await endReason(leaving.session.id)).toBe('signed_out');
    });

    it('ends the session of a refresh token, used or not', async () => {
      const session = await signIn(app, ada);
      accepted(await refresh(session.refreshToken), 200);
      accepted(await app.api.post('/v1/auth/logout', { refreshToken: session.refreshToken }), 204);
      expect(await status(session)).toBe(401);
    });

    it('says the same of a refresh token that never was, and ends nothing', async () => {
      const session = await signIn(app, ada);
      const guess = `${session.refreshToken.slice(0, 37)}${'A'.repeat(43)}`;
      for (const refreshToken of [guess, 'x', '']) {
        accepted(await app.api.as(session.accessToken).post('/v1/auth/logout', { refreshToken }), 204);
      }
      expect(await status(session)).toBe(200);
    });

    it('needs something to sign out', async () => {
      expect(refusal(await app.api.post('/v1/auth/logout', {}))).toBe('401 http.unauthenticated');
      const session = await signIn(app, ada);
      const answer = await app.api.as(session.accessToken).post('/v1/auth/logout', { refreshToken: null });
      expect(refusal(answer)).toBe('400 http.invalid_input');
    });

    it('works once', async () => {
      const { accessToken } = await signIn(app, ada);
      accepted(await app.api.as(accessToken).post('/v1/auth/logout', {}), 204);
      expect((await app.api.as(accessToken).post('/v1/auth/logout', {})).status).toBe(401);
    });
  });

  describe('of a person', () => {
    it('are listed with their devices, one of them as the current', async () => {
      const person = await registerAndVerify(app, someone('lister'));
      const phone = await signIn(app, person, { headers: { 'user-agent': 'Phone/1.0' } });
      const laptop = await signIn(app, person, { headers: { 'user-agent': 'Laptop/1.0' } });
      const { email: identifier, password } = person;
      const cookie = await app.api
        .withCookies(new CookieJar())
        .post(
          '/v1/auth/login',
          { identifier, password, delivery: 'cookie' },
          { headers: { 'user-agent': 'Browser/1.0' } },
        );
      accepted(cookie, 200);
      const listed = await list(laptop);
      expect(listed.map(({ userAgent, carrier, current }) => ({ userAgent, carrier, current }))).toEqual(
        expect.arrayContaining([
          { userAgent: 'Phone/1.0', carrier: 'tokens', current: false },
          { userAgent: 'Laptop/1.0', carrier: 'tokens', current: true },
          { userAgent: 'Browser/1.0', carrier: 'cookie', current: false },
        ]),
      );
      expect(listed).toHaveLength(3);
      expect(listed.find(({ id }) => id === phone.session.id)).toMatchObject({ address: '127.0.0.1' });
    });

    it('are ended one by one', async () => {
      const person = await registerAndVerify(app);
      const [here, there] = [await signIn(app, person), await signIn(app, person)];
      const me = app.api.as(here.accessToken);
      accepted(await me.delete(`/v1/me/sessions/${there.session.id}`), 204);
      expect(await status(there)).toBe(401);
      expect((await list(here)).map(({ id }) => id)).toEqual([here.session.id]);
      expect(refusal(await me.delete(`/v1/me/sessions/${there.session.id}`))).toBe('404 sessions.not_found');
    });

    it('cannot be ended by somebody else, who does not learn whether they exist', async () => {
      const hers = await signIn(app, ada);
      const stranger = await arrive(app, someone('stranger'));
      for (const id of [hers.session.id, '00000000-0000-4000-8000-000000000000', 'x']) {
        expect(refusal(await stranger.api.delete(`/v1/me/sessions/${id}`))).toBe('404 sessions.not_found');
      }
      expect(await status(hers)).toBe(200);
    });

    it('are ended all but the current', async () => {
      const person = await registerAndVerify(app);
      const [here, ...others] = [await signIn(app, person), await signIn(app, person), await signIn(app, person)];
      const stranger = await signIn(app, ada);
      accepted(await app.api.as(here!.accessToken).delete('/v1/me/sessions'), 204);
      expect(await Promise.all(others.map(status))).toEqual([401, 401]);
      expect(await status(here!)).toBe(200);
      expect(await status(stranger)).toBe(200);
      expect(await endReason(others[0]!.session.id)).toBe('ended_by_user');
    });
  });

  it('end when they were not used for the idle time, and go on when they were', async () => {
    const { email: identifier, password } = await registerAndVerify(app, someone('idle'));
    const [used, idle] = [new CookieJar(), new CookieJar()].map((jar) => app.api.withCookies(jar)) as [
      ApiClient,
      ApiClient,
    ];
    for (const browser of [used, idle]) {
      accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
    }
    await app.pass(14 * 24 * 3600 - 60);
    accepted(await used.get('/v1/me/sessions/current'), 200);
    await app.get(SessionTouches).flush();
    await app.pass(120);
    expect((await idle.get('/v1/me/sessions/current')).status).toBe(401);
    accepted(await used.get('/v1/me/sessions/current'), 200);
  });
});
