import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, registerAndVerify, signIn, someone, type Visit } from '../support/people.js';

interface ListedUser {
  readonly id: string;
  readonly email: string;
}

interface PageOfUsers {
  readonly items: readonly ListedUser[];
  readonly nextCursor: string | null;
}

describe(`administering users, queue on ${queueBackend}`, () => {
  let app: App;
  let admin: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    admin = await arrive(app, someone('admin'));
    await promote(app, admin);
  });

  afterAll(() => app.stop());

  const search = async (query: string): Promise<PageOfUsers> =>
    accepted(await admin.api.get<PageOfUsers>(`/v1/admin/users?${query}`), 200);
  const disable = ({ id }: Visit): Promise<Answer<Record<string, unknown>>> =>
    admin.api.post(`/v1/admin/users/${id}/disable`);
  const enable = ({ id }: Visit): Promise<Answer<Record<string, unknown>>> =>
    admin.api.post(`/v1/admin/users/${id}/enable`);
  const login = ({ email: identifier, password }: Visit): Promise<Answer<object>> =>
    app.api.post('/v1/auth/login', { identifier, password });

  it('is for administrators', async () => {
    const visitor = await arrive(app, someone('visitor'));
    const routes: [string, string][] = [
      ['GET', '/v1/admin/users'],
      ['GET', `/v1/admin/users/${visitor.id}`],
      ['POST', `/v1/admin/users/${visitor.id}/disable`],
      ['POST', `/v1/admin/users/${visitor.id}/enable`],
      ['GET', `/v1/admin/users/${visitor.id}/sessions`],
      ['DELETE', `/v1/admin/users/${visitor.id}/sessions`],
      ['DELETE', `/v1/admin/users/${visitor.id}/sessions/${visitor.tokens.session.id}`],
    ];
    for (const [method, path] of routes) {
      expect(refusal(await visitor.api.call<object>(method, path))).toBe('403 http.forbidden');
      expect(refusal(await app.api.call<object>(method, path))).toBe('401 http.unauthenticated');
    }
    expect((await visitor.api.get('/v1/me')).status).toBe(200);
  });

  it('loses its powers with the role, at the next request', async () => {
    const former = await arrive(app, someone('former'));
    await promote(app, former);
    accepted(await former.api.get('/v1/admin/users'), 200);
    await app.sql(`UPDATE users SET roles = '{}' WHERE email = $1`, [former.email]);
    expect((await former.api.get('/v1/admin/users')).status).toBe(403);
  });

  it('finds people by the beginning of address, user name and name, page after page', async () => {
    const names = ['anna', 'annabel', 'anneliese', 'annika', 'anne'];
    for (const name of names) await registerAndVerify(app, { ...someone(`zz-${name}`), username: `zz-user-${name}` });
    const found: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: PageOfUsers = await search(`search=ZZ-ann&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null && pages < 10);
    expect([pages, found.length, new Set(found).size]).toEqual([3, 5, 5]);
    expect((await search('search=zz-user-annab')).items.map(({ email }) => email)).toEqual([
      expect.stringMatching(/^zz-annabel\./),
    ]);
    await app.sql(`UPDATE users SET name = 'Zzelda Fitz' WHERE username = 'zz-user-annika'`);
    expect((await search('search=zzelda')).items).toHaveLength(1);
  });

  it('takes a percent sign or an underscore for what it is', async () => {
    for (const text of ['%', '_', '%25', '\\']) {
      expect((await search(`search=${encodeURIComponent(text)}`)).items).toEqual([]);
    }
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'status=odd', 'cursor=***', 'cursor=e30', 'page=2', 'search=a&search=b'])(
    'refuses ?%s',
    async (query) => {
      expect((await admin.api.get(`/v1/admin/users?${query}`)).status).toBe(400);
    },
  );

  it('shows one account, and none of an id that is none', async () => {
    const person = await arrive(app, someone('shown'));
    const shown = accepted(await admin.api.get(`/v1/admin/users/${person.id}`), 200);
    expect(shown).toMatchObject({ id: person.id, email: person.email, status: 'active' });
    expect(Object.keys(shown)).not.toContain('password');
    for (const id of ['babab-babab-babab-babab', 'x', '1', person.id.toUpperCase()]) {
      expect(refusal(await admin.api.get(`/v1/admin/users/${id}`))).toBe('404 users.not_found');
    }
  });

  it('disables an account at once, with every session, and enables it for new ones', async () => {
    const person = await arrive(app, someone('disabled'));
    const { refreshToken } = person.tokens;
    accepted(await app.api.post('/v1/auth/password/forgot', { email: person.email }), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'passwordReset');
    expect(accepted(await disable(person), 200)['status']).toBe('disabled');
    expect((await person.api.get('/v1/me')).status).toBe(401);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
    expect(refusal(await login(person))).toBe('401 authentication.credentials_wrong');
    accepted(await disable(person), 200);

    expect(accepted(await enable(person), 200)['status']).toBe('active');
    expect((await person.api.get('/v1/me')).status).toBe(401);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
    const reset = { token, newPassword: 'mailed before it was disabled' };
    expect((await app.api.post('/v1/auth/password/reset', reset)).status).toBe(410);
    accepted(await login(person), 200);
    expect((await search('status=disabled')).items).toEqual([]);
  });

  it('neither disables nor enables an account that is deleted or never was', async () => {
    const gone = await arrive(app, someone('gone'));
    accepted(await gone.api.delete('/v1/me', { currentPassword: gone.password }), 204);
    expect(refusal(await disable(gone))).toBe('404 users.not_found');
    expect(refusal(await enable(gone))).toBe('404 users.not_found');
    expect(refusal(await disable({ ...gone, id: 'babab-babab-babab-babab' }))).toBe('404 users.not_found');
    expect((await search('search=gone')).items).toEqual([]);
  });

  it('lists and ends the sessions of anybody, one or all', async () => {
    const person = await arrive(app, someone('watched'));
    const other = await signIn(app, person);
    const path = `/v1/admin/users/${person.id}/sessions`;
    const listed = accepted(await admin.api.get<{ items: { id: string; current: boolean }[] }>(path), 200).items;
    expect(listed.map(({ id }) => id).sort()).toEqual([person.tokens.session.id, other.session.id].sort());
    expect(listed.every(({ current }) => !current)).toBe(true);

    accepted(await admin.api.delete(`${path}/${other.session.id}`), 204);
    expect((await app.api.as(other.accessToken).get('/v1/me')).status).toBe(401);
    expect((await person.api.get('/v1/me')).status).toBe(200);
    expect(refusal(await admin.api.delete(`${path}/${admin.tokens.session.id}`))).toBe('404 sessions.not_found');
    accepted(await admin.api.delete(path), 204);
    expect((await person.api.get('/v1/me')).status).toBe(401);
    expect((await admin.api.get('/v1/me')).status).toBe(200);
    expect(refusal(await admin.api.get('/v1/admin/users/babab-babab-babab-babab/sessions'))).toBe('404 users.not_found');
  });

  it('never disables the last administrator, not even when two disable each other', async () => {
    expect(refusal(await disable(admin))).toBe('409 users.last_admin');
    const second = await arrive(app, someone('second'));
    await promote(app, second);
    const answers = await Promise.all([disable(second), second.api.post(`/v1/admin/users/${admin.id}/disable`)]);
    const survivors = await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles) AND status = 'active'`);
    expect(survivors).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
