import { parseUserId } from '@app/users';
import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, registerAndVerify, signIn, someone } from '../support/people.js';
import { trailOf } from './support/audit-trail.js';

const sessionCookie = '__Host-gatehouse-session';

describe(`deleting one’s account, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const rowOf = async (id: string): Promise<Record<string, unknown>> => {
    const [row] = await app.sql<Record<string, unknown>>('SELECT * FROM users WHERE id = $1', [parseUserId(id)]);
    return row ?? {};
  };
  const activeAdmins = async (): Promise<number> =>
    (await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles) AND status = 'active'`)).length;

  it.each([
    ['a wrong password', { currentPassword: 'not the password of hers' }, '403 authentication.current_password_wrong'],
    ['no password', {}, '400 http.invalid_input'],
    ['an unknown member', { currentPassword: 'x', really: true }, '400 http.invalid_input'],
  ])('is refused with %s, and changes nothing', async (_, body, expected) => {
    const ada = await arrive(app);
    expect(refusal(await ada.api.delete('/v1/me', body))).toBe(expected);
    expect(accepted(await ada.api.get('/v1/me'), 200)['status']).toBe('active');
    expect((await trailOf(app, ada.id)).map(({ type }) => type)).not.toContain('users.deleted');
  });

  it('is refused without a session', async () => {
    const answer = await app.api.delete('/v1/me', { currentPassword: 'x' });
    expect(refusal(answer)).toBe('401 http.unauthenticated');
  });

  it('ends every session at once: access tokens, refresh tokens and cookies', async () => {
    const ada = await arrive(app);
    const other = await signIn(app, ada);
    const browser = app.api.withCookies(new CookieJar());
    const credentials = { identifier: ada.email, password: ada.password };
    accepted(await browser.post('/v1/auth/login', { ...credentials, delivery: 'cookie' }), 200);

    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);
    for (const api of [ada.api, app.api.as(other.accessToken), browser]) {
      expect(refusal(await api.get('/v1/me/sessions/current'))).toBe('401 http.unauthenticated');
    }
    for (const { refreshToken } of [ada.tokens, other]) {
      const answer = await app.api.post('/v1/auth/refresh', { refreshToken });
      expect(refusal(answer)).toBe('401 sessions.refresh_token_invalid');
    }
    const login = await app.api.post('/v1/auth/login', credentials);
    expect(refusal(login)).toBe('401 authentication.credentials_wrong');
  });

  it('makes a browser forget its cookie', async () => {
    const person = await registerAndVerify(app);
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    const { email: identifier, password } = person;
    accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
    expect(jar.get(sessionCookie)).toBeDefined();
    accepted(await browser.delete('/v1/me', { currentPassword: password }), 204);
    expect(jar.get(sessionCookie)).toBeUndefined();
  });

  it('empties the row and keeps it, so that its id is never given again', async () => {
    const ada = await arrive(app, someone('Ada', { username: `Ada-${Date.now()}` }));
    const claims = { name: 'Ada', phoneNumber: '+442079460000', address: { country: 'GB' }, locale: 'en-GB' };
    accepted(await ada.api.patch('/v1/me', claims), 200);
    const before = await rowOf(ada.id);
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);

    const {
      id,
      status,
      roles,
      second_factors,
      access_valid_from,
      created_at,
      updated_at,
      phone_number_verified,
      ...rest
    } = await rowOf(ada.id);
    expect({ id, status, roles, second_factors, created_at, phone_number_verified }).toEqual({
      id: before['id'],
      status: 'deleted',
      roles: [],
      second_factors: [],
      created_at: before['created_at'],
      phone_number_verified: false,
    });
    expect(updated_at).not.toEqual(before['updated_at']);
    // No sign-in that is under way comes to anything.
    expect(access_valid_from).not.toEqual(before['access_valid_from']);
    expect(Object.keys(rest)).toContain('birthdate');
    expect(Object.values(rest).filter((value) => value !== null)).toEqual([]);
    expect(await app.sql('SELECT 1 FROM password_credentials WHERE user_id = $1', [id])).toEqual([]);
    await expect(
      app.sql('INSERT INTO users (id, email, email_key) VALUES ($1, $2, $2)', [id, 'x@y.test']),
    ).rejects.toThrow('users_pkey');
  });

  it('leaves the account in no group', async () => {
    const ada = await arrive(app);
    await app.sql(`INSERT INTO groups (id, name) VALUES (gen_random_uuid(), 'leavers')`);
    const { id } = await rowOf(ada.id);
    await app.sql(`INSERT INTO group_members SELECT g.id, $1 FROM groups g WHERE name = 'leavers'`, [id]);
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);
    expect(await app.sql('SELECT 1 FROM group_members WHERE user_id = $1', [id])).toEqual([]);
  });

  it('frees the address and the user name for another account, which inherits nothing', async () => {
    const person = someone('ada', { username: `reused-${Date.now()}` });
    const first = await arrive(app, person);
    accepted(await first.api.patch('/v1/me', { nickname: 'the first' }), 200);
    accepted(await first.api.delete('/v1/me', { currentPassword: person.password }), 204);

    const again = { ...person, password: 'another lantern entirely' };
    accepted(await app.api.post('/v1/auth/register', again), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'verification', 2);
    accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
    const tokens = await signIn(app, again);
    const me = accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
    expect(me).toMatchObject({ email: person.email, username: person.username, nickname: null, roles: [] });
    expect(me['id']).not.toBe(first.id);
    const old = await app.api.post('/v1/auth/login', { identifier: person.email, password: person.password });
    expect(old.status).toBe(401);
  });

  it('voids the links that were on their way', async () => {
    const ada = await arrive(app);
    const next = someone('next').email;
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    accepted(await ada.api.post('/v1/me/email', { email: next, currentPassword: ada.password }), 202);
    const reset = await app.mailbox.waitFor(ada.email, 'passwordReset');
    const move = await app.mailbox.waitFor(next, 'emailChange');
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);

    const newPassword = 'another lantern entirely';
    const resetting = await app.api.post('/v1/auth/password/reset', { token: reset.token, newPassword });
    const moving = await app.api.post('/v1/auth/email/verify', { token: move.token });
    for (const { status } of [resetting, moving]) expect([400, 410]).toContain(status);
    expect(await rowOf(ada.id)).toMatchObject({ status: 'deleted', email: null });
  });

  it('keeps the audit trail, and adds its own end to it', async () => {
    const ada = await arrive(app);
    const before = await trailOf(app, ada.id);
    expect(before.length).toBeGreaterThanOrEqual(3);
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);
    const [last, ...others] = (await trailOf(app, ada.id)).slice(before.length);
    expect(others).toEqual([]);
    expect(last).toMatchObject({ type: 'users.deleted', actorId: ada.id, address: '127.0.0.1' });
    expect((await trailOf(app, ada.id)).slice(0, before.length)).toEqual(before);
  });

  it('is refused to the last administrator, and not to one of two', async () => {
    const [first, second] = [await arrive(app), await arrive(app)];
    await app.sql(`UPDATE users SET roles = '{}'`);
    await promote(app, first);
    const remove = { currentPassword: first.password };
    expect(refusal(await first.api.delete('/v1/me', remove))).toBe('409 users.last_admin');
    expect(accepted(await first.api.get('/v1/me'), 200)['roles']).toEqual(['admin']);

    await promote(app, second);
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [second.email]);
    expect(refusal(await first.api.delete('/v1/me', remove))).toBe('409 users.last_admin');
    await app.sql(`UPDATE users SET status = 'active' WHERE email = $1`, [second.email]);
    accepted(await first.api.delete('/v1/me', remove), 204);
    expect(await activeAdmins()).toBe(1);
  });

  it('leaves one of two administrators who delete themselves at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      await app.sql(`UPDATE users SET roles = '{}'`);
      const both = [await arrive(app), await arrive(app)];
      for (const person of both) await promote(app, person);
      const answers = await Promise.all(
        both.map(({ api, password }) => api.delete('/v1/me', { currentPassword: password })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await activeAdmins()).toBe(1);
    }
  });

  it('deletes once, however often it is asked for at once', async () => {
    const ada = await arrive(app);
    const body = { currentPassword: ada.password };
    const answers = await Promise.all([1, 2, 3].map(() => ada.api.delete('/v1/me', body)));
    for (const { status } of answers) expect([204, 401, 403]).toContain(status);
    const deletions = (await trailOf(app, ada.id)).filter(({ type }) => type === 'users.deleted');
    expect(deletions).toHaveLength(1);
  });
});
