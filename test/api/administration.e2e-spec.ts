import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  promote,
  refusal,
  registerAndVerify,
  signIn,
  someone,
  type Visit,
} from '../support/people.js';
import { auditTrail, trailOf } from './support/audit-trail.js';

const users = '/v1/admin/users';
const nobody = 'babab-babab-babab-babad';

interface SessionList {
  readonly items: readonly { readonly id: string; readonly current: boolean }[];
}

describe(`administration, queue on ${queueBackend}`, () => {
  let app: App;
  let admin: Visit;
  let user: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    admin = await arrive(app, someone('root'));
    await promote(app, admin);
    user = await arrive(app, someone('user'));
  });

  afterAll(() => app.stop());

  const act = (who: Visit, visit: Visit, verb: string): Promise<Answer<Record<string, unknown>>> =>
    who.api.post(`${users}/${visit.id}/${verb}`);
  const isSignedIn = async (bearer: string): Promise<boolean> =>
    (await app.api.as(bearer).get('/v1/me/sessions/current')).status === 200;
  const sessionsOf = async (visit: Visit): Promise<SessionList['items']> =>
    accepted(await admin.api.get<SessionList>(`${users}/${visit.id}/sessions`), 200).items;

  const routes: [string, (id: string) => string][] = [
    ['GET', () => users],
    ['GET', (id) => `${users}/${id}`],
    ['POST', (id) => `${users}/${id}/disable`],
    ['POST', (id) => `${users}/${id}/enable`],
    ['GET', (id) => `${users}/${id}/sessions`],
    ['DELETE', (id) => `${users}/${id}/sessions`],
    ['DELETE', (id) => `${users}/${id}/sessions/${randomUUID()}`],
    ['POST', (id) => `${users}/${id}/password/reset`],
  ];

  it.each(routes)('is not open to others: %s %s', async (method, path) => {
    const victim = await arrive(app, someone('victim'));
    expect(refusal(await app.api.call<object>(method, path(victim.id)))).toBe('401 http.unauthenticated');
    expect(refusal(await user.api.call<object>(method, path(victim.id)))).toBe('403 http.forbidden');
    expect(await isSignedIn(victim.tokens.accessToken)).toBe(true);
  });

  it.each(['no-such-id', nobody, 'zuzuz-zuzuz-zuzuz-zuzuz', '1', '%20', 'LUSAB-BABAD-GUTIH-TUGAD'])(
    'knows no user %s, whatever is asked of it',
    async (id) => {
      for (const [method, path] of routes.slice(1)) {
        const code = path('').includes('sessions/') ? /^404 (users|sessions)\.not_found$/ : /^404 users\.not_found$/;
        expect(refusal(await admin.api.call<object>(method, path(id)))).toMatch(code);
      }
    },
  );

  it('shows an account as its owner sees it, but for the groups', async () => {
    const { groups, ...me } = accepted(await user.api.get('/v1/me'), 200);
    expect(groups).toEqual([]);
    expect(accepted(await admin.api.get(`${users}/${user.id}`), 200)).toEqual(me);
  });

  it('heeds the role of the moment, not that of the sign-in', async () => {
    const fallen = await arrive(app, someone('fallen'));
    await promote(app, fallen);
    accepted(await fallen.api.get(users), 200);
    await app.sql(`UPDATE users SET roles = '{}' WHERE email = $1`, [fallen.email]);
    expect((await fallen.api.get(users)).status).toBe(403);
  });

  it('disables an account: its sessions end at once, and neither password nor reset link opens it', async () => {
    const ada = await arrive(app, someone('ada'));
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    const before = (await trailOf(app, ada.id)).length;

    expect(accepted(await act(admin, ada, 'disable'), 200)).toMatchObject({ id: ada.id, status: 'disabled' });
    expect(await isSignedIn(ada.tokens.accessToken)).toBe(false);
    const refresh = await app.api.post('/v1/auth/refresh', { refreshToken: ada.tokens.refreshToken });
    expect(refusal(refresh)).toBe('401 sessions.refresh_token_invalid');
    const login = { identifier: ada.email, password: ada.password };
    expect(refusal(await app.api.post('/v1/auth/login', login))).toBe('401 authentication.credentials_wrong');
    const reset = { token, newPassword: 'another lantern entirely' };
    expect([400, 410]).toContain((await app.api.post('/v1/auth/password/reset', reset)).status);

    const [disabled] = (await trailOf(app, ada.id)).slice(before);
    expect(disabled).toMatchObject({ type: 'users.disabled', actorId: admin.id, address: '127.0.0.1' });
  });

  it('sends a disabled account no reset mail', async () => {
    const [ada, bob] = [await arrive(app, someone('ada')), await arrive(app, someone('bob'))];
    accepted(await act(admin, ada, 'disable'), 200);
    for (const { email } of [ada, bob]) accepted(await app.api.post('/v1/auth/password/forgot', { email }), 202);
    await app.mailbox.waitFor(bob.email, 'passwordReset');
    const fates = (): Promise<object[]> =>
      app.sql(`SELECT status FROM mails WHERE recipient = $1 AND kind = 'password_reset' AND status <> 'queued'`, [
        ada.email,
      ]);
    for (let tries = 0; (await fates()).length === 0 && tries < 500; tries += 1) await app.api.get('/v1/me');
    expect(await fates()).toEqual([{ status: 'suppressed' }]);
    expect(await app.mailbox.of(ada.email, 'passwordReset')).toEqual([]);
  });

  it('enables it again: the password opens it, what ended stays ended', async () => {
    const ada = await arrive(app, someone('ada'));
    accepted(await act(admin, ada, 'disable'), 200);
    expect(accepted(await act(admin, ada, 'enable'), 200)).toMatchObject({ id: ada.id, status: 'active' });
    expect(await isSignedIn(ada.tokens.accessToken)).toBe(false);
    expect(await isSignedIn((await signIn(app, ada)).accessToken)).toBe(true);
  });

  it('does nothing twice, and audits what it did once', async () => {
    const ada = await arrive(app, someone('ada'));
    for (const verb of ['enable', 'disable', 'disable', 'enable', 'enable']) accepted(await act(admin, ada, verb), 200);
    const types = (await trailOf(app, ada.id)).map(({ type }) => type).filter((type) => type.startsWith('users.'));
    expect(types).toEqual(['users.disabled', 'users.enabled']);
  });

  it('shows a deleted account as deleted, and neither disables nor enables it', async () => {
    const ada = await arrive(app, someone('ada'));
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);
    const shown = accepted(await admin.api.get(`${users}/${ada.id}`), 200);
    expect(shown).toMatchObject({ id: ada.id, status: 'deleted', email: null, emailVerified: false });
    for (const verb of ['disable', 'enable']) {
      expect(refusal(await act(admin, ada, verb))).toBe('404 users.not_found');
    }
  });

  it('lists the sessions of an account and marks that of the request', async () => {
    const ada = await arrive(app, someone('ada'));
    const second = await signIn(app, ada, { headers: { 'user-agent': 'spec/2' } });
    const listed = await sessionsOf(ada);
    expect(listed.map(({ id }) => id).sort()).toEqual([ada.tokens.session.id, second.session.id].sort());
    expect(listed.map(({ current }) => current)).toEqual([false, false]);
    expect(listed.find(({ id }) => id === second.session.id)).toMatchObject({
      carrier: 'tokens',
      userAgent: 'spec/2',
      address: '127.0.0.1',
    });
    expect((await sessionsOf(admin)).filter(({ current }) => current).map(({ id }) => id)).toEqual([
      admin.tokens.session.id,
    ]);
    expect(JSON.stringify(listed)).not.toContain(ada.tokens.refreshToken.slice(37));
  });

  it('ends one session of an account, and only of that one', async () => {
    const ada = await arrive(app, someone('ada'));
    const second = await signIn(app, ada);
    const ending = (visit: Visit): Promise<Answer<object>> =>
      admin.api.delete(`${users}/${visit.id}/sessions/${second.session.id}`);
    expect(refusal(await ending(user))).toBe('404 sessions.not_found');
    expect(await isSignedIn(second.accessToken)).toBe(true);
    accepted(await ending(ada), 204);
    expect(await isSignedIn(second.accessToken)).toBe(false);
    expect(await isSignedIn(ada.tokens.accessToken)).toBe(true);
    expect(refusal(await ending(ada))).toBe('404 sessions.not_found');
    const ended = (await auditTrail(app, 'sessions.ended')).filter(({ userId }) => userId === ada.id);
    expect(ended).toMatchObject([
      { actorId: admin.id, sessionId: second.session.id, data: { reason: 'ended_by_admin' } },
    ]);
  });

  it('ends all sessions of an account', async () => {
    const ada = await arrive(app, someone('ada'));
    const second = await signIn(app, ada);
    accepted(await admin.api.delete(`${users}/${ada.id}/sessions`), 204);
    for (const { accessToken } of [ada.tokens, second]) expect(await isSignedIn(accessToken)).toBe(false);
    expect(await sessionsOf(ada)).toEqual([]);
    const ended = (await auditTrail(app, 'sessions.all_ended')).filter(({ userId }) => userId === ada.id);
    expect(ended).toMatchObject([{ actorId: admin.id, data: { count: 2 } }]);
    expect(await isSignedIn((await signIn(app, ada)).accessToken)).toBe(true);
  });

  it('refuses to disable the last administrator, who may be the caller', async () => {
    const spare = await arrive(app, someone('spare'));
    expect(refusal(await act(admin, admin, 'disable'))).toBe('409 users.last_admin');
    expect(await isSignedIn(admin.tokens.accessToken)).toBe(true);
    await promote(app, spare);
    accepted(await act(admin, spare, 'disable'), 200);
    expect(refusal(await act(admin, admin, 'disable'))).toBe('409 users.last_admin');
  });

  it('leaves one of two administrators who disable each other at the same moment', async () => {
    await app.sql(`UPDATE users SET roles = '{}'`);
    const people = [await registerAndVerify(app, someone('left')), await registerAndVerify(app, someone('right'))];
    for (const person of people) await promote(app, person);
    for (let round = 0; round < 5; round += 1) {
      const [left, right] = await Promise.all(
        people.map(async (person) => {
          const tokens = await signIn(app, person);
          const api = app.api.as(tokens.accessToken);
          return { ...person, tokens, api, id: String((await api.get('/v1/me')).body['id']) };
        }),
      );
      const answers = await Promise.all([act(left!, right!, 'disable'), act(right!, left!, 'disable')]);
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses[0]).toBe(200);
      expect([401, 409]).toContain(statuses[1]);
      const active = await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles) AND status = 'active'`);
      expect(active).toHaveLength(1);
      await app.sql(`UPDATE users SET status = 'active' WHERE 'admin' = ANY (roles)`);
    }
    await promote(app, admin);
  });

  it('mails an owner a link to a new password, which nobody else chooses; the old one works until then', async () => {
    const ada = await arrive(app, someone('ada'));
    accepted(await act(admin, ada, 'password/reset'), 202);
    const { token, text } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    expect(text).toContain('An administrator asks you');
    expect(text).not.toContain('IP address');
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.password_reset_requested', actorId: admin.id });
    await signIn(app, ada);
    const newPassword = 'meadow lantern hollow 7';
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword }), 204);
    await signIn(app, { ...ada, password: newPassword });
  });

  it('mails no such link to a disabled account', async () => {
    const ada = await arrive(app, someone('ada'));
    accepted(await act(admin, ada, 'disable'), 200);
    expect(refusal(await act(admin, ada, 'password/reset'))).toBe('409 authentication.account_disabled');
  });
});
