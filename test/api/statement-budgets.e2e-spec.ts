import { type Answer, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { arrive, type SignedIn, someone, type Visit } from '../support/people.js';

/** What each request may ask of the database; BEGIN and COMMIT are not counted. */
describe(`statements of a request, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let browser: App['api'];

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await arrive(app);
    browser = app.api.withCookies(new CookieJar());
    const { email: identifier, password } = ada;
    await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' });
  });

  afterAll(() => app.stop());

  const refresh = (refreshToken: string): Promise<Answer<SignedIn>> =>
    app.api.post('/v1/auth/refresh', { refreshToken });
  const login = (password: string): Promise<Answer<SignedIn>> =>
    app.api.post('/v1/auth/login', { identifier: ada.email, password });
  const statementsOf = async (ask: () => Promise<Answer<object>>, status: number): Promise<readonly string[]> => {
    const { result, statements } = await app.statements.during(ask);
    expect(result.status).toBe(status);
    return statements;
  };

  it('are 4 for a sign-in: limits, account, session, audit', async () => {
    expect(await statementsOf(() => login(ada.password), 200)).toEqual([
      'limits.count',
      'credentials.find_by_email_key',
      'sessions.open_with_family',
      'audit.record',
    ]);
  });

  it('are 3 for a sign-in that fails', async () => {
    expect(await statementsOf(() => login('wrong, and long enough'), 401)).toEqual([
      'limits.count',
      'credentials.find_by_email_key',
      'audit.record',
    ]);
  });

  it('are 1 for a session check, by Bearer token and by cookie', async () => {
    expect(await statementsOf(() => ada.api.get('/v1/me/sessions/current'), 200)).toEqual(['sessions.check_by_id']);
    expect(await statementsOf(() => browser.get('/v1/me/sessions/current'), 200)).toEqual(['sessions.check_by_cookie']);
  });

  it('are 1 for a refresh, and one more for who lost a race', async () => {
    const { refreshToken } = (await login(ada.password)).body;
    expect(await statementsOf(() => refresh(refreshToken), 200)).toEqual(['sessions.rotate_refresh_token']);
    expect(await statementsOf(() => refresh(refreshToken), 200)).toEqual([
      'sessions.rotate_refresh_token',
      'sessions.read_refused_refresh_token',
      'limits.count',
    ]);
  });

  it('are none for a token that cannot be one', async () => {
    expect(await statementsOf(() => refresh('not a refresh token'), 401)).toEqual([]);
    expect(await statementsOf(() => app.api.as('not.a.token').get('/v1/me/sessions/current'), 401)).toEqual([]);
  });

  it('are few for the others', async () => {
    const counted = {
      register: await statementsOf(
        () => app.api.post('/v1/auth/register', { email: someone().email, password: 'hollow lantern meadow' }),
        202,
      ),
      forgot: await statementsOf(() => app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202),
      me: await statementsOf(() => ada.api.get('/v1/me'), 200),
      sessions: await statementsOf(() => ada.api.get('/v1/me/sessions'), 200),
      logout: await statementsOf(() => ada.api.post('/v1/auth/logout', {}), 204),
    };
    const counts = Object.fromEntries(Object.entries(counted).map(([name, list]) => [name, list.length]));
    expect(counts).toEqual({ register: 5, forgot: 4, me: 3, sessions: 2, logout: 3 });
  });
});
