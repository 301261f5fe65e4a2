import { type Answer, CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, registerAndVerify, someone, type Visit } from '../support/people.js';

describe(`an account, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  describe('with its profile', () => {
    let ada: Visit;
    const patch = (body: unknown): Promise<Answer<Record<string, unknown>>> => ada.api.patch('/v1/me', body);

    beforeAll(async () => {
      ada = await arrive(app, someone('ada', { username: 'profiled' }));
    });

    it('changes what is given and leaves the rest', async () => {
      const claims = {
        name: 'Ada Lovelace',
        givenName: 'Ada',
        website: 'https://ada.example.test/',
        zoneinfo: 'Europe/London',
        locale: 'en-GB',
        birthdate: '0000-12-10',
        phoneNumber: '+442071234567',
        address: { locality: 'London', country: 'United Kingdom' },
      };
      expect(accepted(await patch(claims), 200)).toMatchObject(claims);
      const after = accepted(await patch({ nickname: 'Countess' }), 200);
      expect(after).toMatchObject({ ...claims, nickname: 'Countess', username: 'profiled', phoneNumberVerified: false });
      expect(accepted(await ada.api.get('/v1/me'), 200)).toEqual(after);
    });

    it('clears a member by null', async () => {
      accepted(await patch({ name: 'Ada', address: { country: 'UK' }, locale: 'en' }), 200);
      const cleared = accepted(await patch({ name: null, address: null, username: null }), 200);
      expect(cleared).toMatchObject({ name: null, address: null, username: null, locale: 'en' });
      accepted(await patch({ username: 'profiled' }), 200);
    });

    it('changes nothing, and writes no event, for an empty change', async () => {
      const before = await ada.api.get('/v1/me');
      const count = (): Promise<object[]> => app.sql(`SELECT count(*) FROM audit_events WHERE type LIKE 'users.%'`);
      const events = await count();
      expect(accepted(await patch({}), 200)).toEqual(before.body);
      expect(await count()).toEqual(events);
    });

    it.each<[string, object, string]>([
      ['an unknown member', { shoeSize: 38 }, 'shoeSize'],
      ['a role', { roles: ['admin'] }, 'roles'],
      ['an address of its own choice', { email: 'x@example.test' }, 'email'],
      ['a verified flag', { phoneNumberVerified: true }, 'phoneNumberVerified'],
      ['an id', { id: 'babab-babab-babab-babab' }, 'id'],
      ['a name that is no text', { name: 7 }, 'name'],
      ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name'],
      ['a script as website', { website: 'javascript:alert(1)' }, 'website'],
      ['a month that is none', { birthdate: '1815-13-10' }, 'birthdate'],
      ['a place that is no time zone', { zoneinfo: 'Mars/Olympus' }, 'zoneinfo'],
      ['words as a phone number', { phoneNumber: 'call me' }, 'phoneNumber'],
      ['a user name with spaces', { username: 'a da' }, 'username'],
      ['an unknown member of the postal address', { address: { planet: 'Mars' } }, 'address.planet'],
      ['a list as postal address', { address: ['London'] }, 'address'],
    ])('refuses %s and names it', async (_, change, field) => {
      const answer = await patch({ nickname: 'never', ...change });
      expect(refusal(answer)).toBe('400 http.invalid_input');
      expect(answer.body['errors']).toContainEqual(expect.objectContaining({ field }));
      expect((await ada.api.get('/v1/me')).body['nickname']).not.toBe('never');
    });

    it.each(['[]', '"text"', '7'])('refuses %s instead of an object', async (body) => {
      expect((await patch(body)).status).toBe(400);
    });

    it('refuses a user name that somebody else has, in any case', async () => {
      await registerAndVerify(app, someone('taken', { username: 'Taken.Name' }));
      expect(refusal(await patch({ username: 'taken.name', nickname: 'never' }))).toBe('409 users.username_taken');
      expect((await ada.api.get('/v1/me')).body).toMatchObject({ username: 'profiled' });
      expect(accepted(await patch({ username: 'PROFILED' }), 200)['username']).toBe('PROFILED');
    });
  });

  describe('that its owner deletes', () => {
    const remove = (visit: Visit, currentPassword = visit.password): Promise<Answer<object>> =>
      visit.api.delete('/v1/me', { currentPassword });

    it('is gone with its data and sessions, and leaves its id and its trail', async () => {
      const ada = await arrive(app, someone('deleted', { username: 'deleted' }));
      accepted(await ada.api.patch('/v1/me', { name: 'Ada', address: { country: 'UK' } }), 200);
      const [{ id } = { id: '' }] = await app.sql<{ id: string }>('SELECT id FROM users WHERE email = $1', [ada.email]);
      accepted(await remove(ada), 204);

      expect((await ada.api.get('/v1/me')).status).toBe(401);
      const { refreshToken } = ada.tokens;
      expect((await app.api.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
      const login = { identifier: ada.email, password: ada.password };
      expect(refusal(await app.api.post('/v1/auth/login', login))).toBe('401 authentication.credentials_wrong');
      const [row] = await app.sql<Record<string, unknown>>('SELECT * FROM users WHERE id = $1', [id]);
      const { created_at, updated_at, ...left } = row!;
      expect([created_at, updated_at]).toEqual([expect.any(Date), expect.any(Date)]);
      const kept = Object.entries(left).filter(([, value]) => value !== null);
      expect(Object.fromEntries(kept)).toEqual({ id, status: 'deleted', roles: [], phone_number_verified: false });
      expect(await app.sql('SELECT 1 FROM password_credentials WHERE user_id = $1', [id])).toEqual([]);
      const trail = await app.sql<{ type: string }>('SELECT type FROM audit_events WHERE user_id = $1 ORDER BY id', [id]);
      expect(trail.map(({ type }) => type)).toEqual(expect.arrayContaining(['authentication.registered', 'users.deleted']));
    });

    it('frees its address and its user name, and never its id', async () => {
      const ada = await arrive(app, someone('again', { username: 'again' }));
      accepted(await remove(ada), 204);
      accepted(await app.api.post('/v1/auth/register', { email: ada.email, password: ada.password, username: 'again' }), 202);
      const { token } = await app.mailbox.waitFor(ada.email, 'verification', 2);
      accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
      const login = await app.api.post<{ accessToken: string }>('/v1/auth/login', { identifier: 'again', password: ada.password });
      const me = await app.api.as(accepted(login, 200).accessToken).get('/v1/me');
      expect(me.body).toMatchObject({ username: 'again', status: 'active' });
      expect(me.body['id']).not.toBe(ada.id);
    });

    it('needs the current password', async () => {
      const ada = await arrive(app);
      expect(refusal(await remove(ada, 'not the password of ada'))).toBe('403 authentication.current_password_wrong');
      expect((await ada.api.get('/v1/me')).status).toBe(200);
    });

    it('takes its cookie with it', async () => {
      const { email: identifier, password } = await registerAndVerify(app);
      const jar = new CookieJar();
      const browser = app.api.withCookies(jar);
      accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
      accepted(await browser.delete('/v1/me', { currentPassword: password }), 204);
      expect(jar.header()).toBe('');
    });

    it('stays where it is the last administrator, and goes when there is another', async () => {
      const [first, second] = [await arrive(app, someone('admin')), await arrive(app, someone('admin'))];
      await promote(app, first);
      expect(refusal(await remove(first))).toBe('409 users.last_admin');
      await promote(app, second);
      const both = await Promise.all([remove(first), remove(second)]);
      expect(both.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await app.sql(`SELECT 1 FROM users WHERE 'admin' = ANY (roles) AND status = 'active'`)).toHaveLength(1);
    });
  });
});
