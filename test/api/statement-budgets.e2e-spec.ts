import { type Answer, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import type { MailKind } from '../support/mailbox.js';
import { answerChallenge, beginSignIn, enrolTotp } from '../support/second-factors.js';
import { arrive, promote, registerAndVerify, type SignedIn, someone, type Visit } from '../support/people.js';
import { askForLink, magicMail, redeem, wrong } from './support/magic-link.js';

/** What each request may ask of the database; BEGIN and COMMIT are not counted. */
describe(`statements of a request, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let browser: App['api'];
  let admin: Visit;
  let leaver: Visit;
  const newPassword = 'meadow lantern hollow 7';

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    [ada, admin, leaver] = [await arrive(app), await arrive(app), await arrive(app)];
    await promote(app, admin);
    browser = app.api.withCookies(new CookieJar());
    const { email: identifier, password } = ada;
    await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' });
  });

  afterAll(() => app.stop());

  const refresh = (refreshToken: string): Promise<Answer<SignedIn>> =>
    app.api.post('/v1/auth/refresh', { refreshToken });
  const mailed = async (email: string, kind: MailKind): Promise<string> =>
    (await app.mailbox.waitFor(email, kind)).token;
  const login = (password: string): Promise<Answer<SignedIn>> =>
    app.api.post('/v1/auth/login', { identifier: ada.email, password });
  const statementsOf = async (ask: () => Promise<Answer<object>>, status: number): Promise<readonly string[]> => {
    const { result, statements } = await app.statements.during(ask);
    expect(result.status).toBe(status);
    return statements;
  };

  it('are 3 for a sign-in: limits, account, session with its record', async () => {
    expect(await statementsOf(() => login(ada.password), 200)).toEqual([
      'limits.count',
      'credentials.find_by_email_key',
      'sessions.open_with_family',
    ]);
  });

  it('are 3 for a sign-in that fails', async () => {
    expect(await statementsOf(() => login('wrong, and long enough'), 401)).toEqual([
      'limits.count',
      'credentials.find_by_email_key',
      'credentials.record_failure',
    ]);
  });

  it('are 1 for a session check, by Bearer token and by cookie', async () => {
    expect(await statementsOf(() => ada.api.get('/v1/me/sessions/current'), 200)).toEqual(['sessions.check_by_id']);
    expect(await statementsOf(() => browser.get('/v1/me/sessions/current'), 200)).toEqual(['sessions.check_by_cookie']);
  });

  it('are 1 for a refresh, and two more for who lost a race', async () => {
    const { refreshToken } = (await login(ada.password)).body;
    expect(await statementsOf(() => refresh(refreshToken), 200)).toEqual(['sessions.rotate_refresh_token']);
    expect(await statementsOf(() => refresh(refreshToken), 200)).toEqual([
      'sessions.rotate_refresh_token',
      'sessions.read_refused_refresh_token',
    ]);
  });

  it('are 3 for a sign-in that asks for a second factor, and 8 for its code', async () => {
    const owner = await arrive(app);
    const { authenticator, backupCodes } = await enrolTotp(app, owner.api);
    const challenge = await app.statements.during(() => beginSignIn(app, owner));
    expect(challenge.statements).toEqual([
      'limits.count',
      'credentials.find_by_email_key',
      'authentication.insert_challenge',
    ]);
    const { id } = challenge.result;
    const before = ['limits.count', 'authentication.attempt_challenge', 'limits.take_attempt'];
    expect(await statementsOf(() => answerChallenge(app.api, id, '000000'), 401)).toEqual([
      ...before,
      'mfa.find_totp',
      'audit.record',
    ]);
    const code = await authenticator.nextCode();
    const after = ['authentication.complete_challenge', 'sessions.open_with_family', 'limits.take_back_attempt'];
    expect(await statementsOf(() => answerChallenge(app.api, id, code), 200)).toEqual([
      ...before,
      'mfa.find_totp',
      'mfa.consume_totp_step',
      ...after,
    ]);
    const again = await beginSignIn(app, owner);
    const backup = (): Promise<Answer<object>> => answerChallenge(app.api, again.id, backupCodes[0]!, 'backup_code');
    // Four more: what is left is counted, and the owner told.
    expect(await statementsOf(backup, 200)).toHaveLength(12);
  });

  it('are 3 to ask for a magic link, 3 to redeem it, 5 by its code, and 4 for a wrong one', async () => {
    const person = await registerAndVerify(app);
    const requests = await app.statements.during(() => askForLink(app, person.email));
    expect(requests.statements).toEqual(['limits.count', 'authentication.insert_magic_link', 'email.enqueue']);
    const [link, typed] = [await magicMail(app, person.email, 2), await magicMail(app, person.email, 3)];
    const { token, binding } = link;
    const { requestId, code } = typed;
    expect(await statementsOf(() => redeem(app, { token, binding }), 200)).toEqual([
      'limits.count',
      'authentication.consume_magic_link',
      'sessions.open_with_family',
    ]);
    const compared = ['limits.count', 'authentication.attempt_magic_code', 'limits.count'];
    expect(await statementsOf(() => redeem(app, { requestId, code: wrong(code) }), 401)).toEqual([
      ...compared,
      'audit.record',
    ]);
    expect(await statementsOf(() => redeem(app, { requestId, code }), 200)).toEqual([
      ...compared,
      'authentication.consume_magic_code',
      'sessions.open_with_family',
    ]);
  });

  it('are none for a token that cannot be one', async () => {
    expect(await statementsOf(() => refresh('not a refresh token'), 401)).toEqual([]);
    expect(await statementsOf(() => app.api.as('not.a.token').get('/v1/me/sessions/current'), 401)).toEqual([]);
  });

  it('are few for the others', async () => {
    const person = someone();
    const ask: Readonly<Record<string, () => Promise<Answer<object>>>> = {
      register: () => app.api.post('/v1/auth/register', person),
      'email/verify': async () =>
        app.api.post('/v1/auth/email/verify', { token: await mailed(person.email, 'verification') }),
      forgot: () => app.api.post('/v1/auth/password/forgot', { email: person.email }),
      reset: async () =>
        app.api.post('/v1/auth/password/reset', { token: await mailed(person.email, 'passwordReset'), newPassword }),
      me: () => ada.api.get('/v1/me'),
      'change me': () => ada.api.patch('/v1/me', { name: 'Ada' }),
      'change password': () => ada.api.post('/v1/me/password', { currentPassword: ada.password, newPassword }),
      'change email': () => ada.api.post('/v1/me/email', { email: someone().email, currentPassword: newPassword }),
      sessions: () => ada.api.get('/v1/me/sessions'),
      'end others': () => ada.api.delete('/v1/me/sessions'),
      logout: () => ada.api.post('/v1/auth/logout', {}),
      'find users': () => admin.api.get('/v1/admin/users?search=a&limit=1'),
      disable: () => admin.api.post(`/v1/admin/users/${ada.id}/disable`),
      delete: () => leaver.api.delete('/v1/me', { currentPassword: leaver.password }),
    };
    const counts: Record<string, number> = {};
    for (const [name, request] of Object.entries(ask)) {
      const { result, statements } = await app.statements.during(request);
      expect([name, result.status < 300]).toEqual([name, true]);
      counts[name] = statements.length;
    }
    expect(counts).toEqual({
      register: 5,
      'email/verify': 8,
      forgot: 4,
      reset: 14,
      me: 3,
      'change me': 5,
      'change password': 14,
      'change email': 11,
      sessions: 2,
      'end others': 5,
      logout: 3,
      'find users': 2,
      disable: 10,
      delete: 19,
    });
  });
});
