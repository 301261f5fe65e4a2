import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type ProblemBody, refusal, someone, type Visit } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';

const claims = {
  name: 'Ada Lovelace',
  givenName: 'Ada',
  familyName: 'Lovelace',
  middleName: 'King',
  nickname: 'Äda 🜁',
  profile: 'https://ada.example.test/about',
  picture: 'https://ada.example.test/ada.png',
  website: 'http://ada.example.test',
  gender: 'female',
  birthdate: '0000-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  phoneNumber: '+442079460000',
  address: { formatted: 'St James’s Square 12\nLondon', locality: 'London', postal_code: 'SW1Y', country: 'GB' },
};
const cleared = Object.fromEntries(Object.keys(claims).map((name) => [name, null]));

describe(`the profile, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let bob: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await arrive(app, someone('Ada', { username: 'Ada-L' }));
    bob = await arrive(app, someone('bob'));
  });

  afterAll(() => app.stop());

  const me = async (visit: Visit): Promise<Record<string, unknown>> => accepted(await visit.api.get('/v1/me'), 200);
  const change = (visit: Visit, members: unknown): Promise<Answer<Record<string, unknown>>> =>
    visit.api.patch('/v1/me', members);
  const login = async (identifier: string, password: string): Promise<number> =>
    (await app.api.post('/v1/auth/login', { identifier, password })).status;

  it('shows the whole account to its owner', async () => {
    expect(await me(ada)).toEqual({
      id: expect.stringMatching(/^[a-z]{5}(-[a-z]{5}){3}$/),
      status: 'active',
      username: 'Ada-L',
      email: ada.email,
      emailVerified: true,
      roles: [],
      groups: [],
      phoneNumberVerified: false,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      ...cleared,
    });
  });

  it('shows nothing without a session', async () => {
    expect(refusal(await app.api.get('/v1/me'))).toBe('401 http.unauthenticated');
    expect(refusal(await app.api.patch('/v1/me', { name: 'Eve' }))).toBe('401 http.unauthenticated');
  });

  it('takes every standard claim, and clears by null only what is named', async () => {
    const carol = await arrive(app, someone('carol'));
    const before = await me(carol);
    const full = accepted(await change(carol, claims), 200);
    expect(full).toEqual({ ...before, ...claims, updatedAt: expect.any(String) });
    expect(await me(carol)).toEqual(full);

    const less = accepted(await change(carol, { nickname: null, address: null }), 200);
    expect(less).toEqual({ ...full, nickname: null, address: null, updatedAt: expect.any(String) });
    const nothing = accepted(await change(carol, cleared), 200);
    expect(nothing).toEqual({ ...before, updatedAt: expect.any(String) });
  });

  it('replaces an address as a whole', async () => {
    accepted(await change(bob, { address: { locality: 'Turin', country: 'IT' } }), 200);
    expect(accepted(await change(bob, { address: { locality: 'Paris' } }), 200)['address']).toEqual({
      locality: 'Paris',
    });
  });

  it('tells when it was changed last, and is not touched by an empty change', async () => {
    const { updatedAt } = await me(bob);
    await app.pass(60);
    expect(accepted(await change(bob, {}), 200)['updatedAt']).toBe(updatedAt);
    const later = accepted(await change(bob, { nickname: 'B' }), 200)['updatedAt'];
    expect(Date.parse(String(later)) - Date.parse(String(updatedAt))).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    ['id', 'lusab-babad-gutih-tugad'],
    ['email', 'eve@example.test'],
    ['emailVerified', true],
    ['phoneNumberVerified', true],
    ['roles', ['admin']],
    ['groups', ['staff']],
    ['status', 'disabled'],
    ['password', 'hollow lantern 1234'],
    ['createdAt', '2001-01-01T00:00:00Z'],
    ['shoeSize', 38],
    ['constructor', 'x'],
  ])('refuses the member %s and changes nothing', async (name, value) => {
    const before = await me(ada);
    const answer = await change(ada, { nickname: 'Changed', [name]: value });
    expect(refusal(answer)).toBe('400 http.invalid_input');
    expect((answer.body as unknown as ProblemBody).errors).toMatchObject([{ field: name, code: 'unknown' }]);
    expect(await me(ada)).toEqual(before);
  });

  it.each([
    ['name', 'x'.repeat(201)],
    ['name', 5],
    ['givenName', {}],
    ['familyName', ['Lovelace']],
    ['middleName', true],
    ['nickname', 'x'.repeat(201)],
    ['profile', 'javascript:alert(1)'],
    ['profile', 'ada.example.test'],
    ['picture', 'data:image/png;base64,AAAA'],
    ['website', 'ftp://ada.example.test'],
    ['website', `https://ada.example.test/${'x'.repeat(2000)}`],
    ['gender', 'x'.repeat(51)],
    ['birthdate', '10.12.1815'],
    ['birthdate', '1815-13-10'],
    ['birthdate', '1815-12-32'],
    ['zoneinfo', 'Europe/Atlantis'],
    ['locale', 'not a locale'],
    ['phoneNumber', '020 7946 0000'],
    ['phoneNumber', '+0123456789'],
    ['address', 'London'],
    ['address', ['London']],
    ['address.country', 44],
    ['address.planet', 'Earth'],
    ['username', 'ab'],
    ['username', 'x'.repeat(33)],
    ['username', 'ada@example.test'],
    ['username', '-ada'],
    ['username', 'ada lovelace'],
    ['username', '\u0430da'],
  ])('refuses %s as %j, naming it', async (field, value) => {
    const [name = '', inner] = field.split('.');
    const before = await me(ada);
    const answer = await change(ada, { name: 'Changed', [name]: inner === undefined ? value : { [inner]: value } });
    expect(refusal(answer)).toBe('400 http.invalid_input');
    const faults = (answer.body as unknown as ProblemBody).errors?.map((fault) => fault.field);
    expect(faults).toContain(field);
    expect(faults?.every((fault) => fault.startsWith(field))).toBe(true);
    if (typeof value === 'string') expect(JSON.stringify(answer.body)).not.toContain(JSON.stringify(value));
    expect(await me(ada)).toEqual(before);
  });

  it.each([[{ name: 'nul\u0000inside' }], [{ address: { locality: 'nul\u0000inside' } }], [{ username: 'a\u0000da' }]])(
    'refuses %j, which no text column takes',
    async (members) => {
      expect((await change(ada, members)).status).toBe(400);
    },
  );

  it.each([['[]'], ['"ada"'], ['{"name":']])('refuses %s as a body', async (body) => {
    expect((await change(ada, body)).status).toBe(400);
  });

  it('changes the user name, which signs in at once, and frees the old one', async () => {
    const dora = await arrive(app, someone('dora', { username: 'dora' }));
    expect(accepted(await change(dora, { username: 'Dora-2' }), 200)['username']).toBe('Dora-2');
    expect(await login('dora-2', dora.password)).toBe(200);
    expect(await login('dora', dora.password)).toBe(401);
    accepted(await change(bob, { username: 'dora' }), 200);
    expect(await login('dora', bob.password)).toBe(200);
  });

  it('tells the owner that the user name was changed, and of nothing else in the profile', async () => {
    const fay = await arrive(app, someone('fay', { username: 'fay-1' }));
    accepted(await change(fay, { username: 'fay-1', nickname: 'Fay' }), 200);
    accepted(await change(fay, { username: 'fay-2' }), 200);
    const mail = await app.mailbox.waitFor(fay.email, 'securityAlert');
    expect(mail.subject).toMatch(/the user name of your \S+ account was changed/);
    expect(mail.text).toContain('127.0.0.1');
    accepted(await change(fay, { username: null }), 200);
    await app.mailbox.waitFor(fay.email, 'securityAlert', 2);
    expect(await app.mailbox.of(fay.email, 'securityAlert')).toHaveLength(2);
    const events = (await auditTrail(app, 'authentication.username_changed')).filter(({ userId }) => userId === fay.id);
    expect(events).toHaveLength(2);
  });

  it('lets people change the case of their own user name', async () => {
    const eve = await arrive(app, someone('eve', { username: 'eve.one' }));
    expect(accepted(await change(eve, { username: 'Eve.One' }), 200)['username']).toBe('Eve.One');
  });

  it('refuses a user name that is taken, in whatever case, and the rest of that change with it', async () => {
    const before = await me(bob);
    const answer = await change(bob, { username: 'aDA-l', nickname: 'not kept' });
    expect(refusal(answer)).toBe('409 users.username_taken');
    expect((answer.body as unknown as ProblemBody).errors).toMatchObject([{ field: 'username' }]);
    expect(await me(bob)).toEqual(before);
  });

  it('gives a user name that two people want at the same moment to one of them', async () => {
    const [frank, grace] = [await arrive(app, someone('frank')), await arrive(app, someone('grace'))];
    const answers = await Promise.all([frank, grace].map((visit) => change(visit, { username: 'wanted' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('clears the user name by null, so that it signs nobody in', async () => {
    const hans = await arrive(app, someone('hans', { username: 'hans' }));
    expect(accepted(await change(hans, { username: null }), 200)['username']).toBeNull();
    expect(await login('hans', hans.password)).toBe(401);
    expect(await login(hans.email, hans.password)).toBe(200);
  });

  it('shows the groups of the account, in their order, and of nobody else', async () => {
    await app.sql(`INSERT INTO groups (id, name) SELECT gen_random_uuid(), unnest('{staff,authors,others}'::text[])`);
    await app.sql(
      `INSERT INTO group_members SELECT g.id, u.id FROM groups g, users u
       WHERE (u.email = $1 AND g.name <> 'others') OR (u.email = $2 AND g.name = 'others')`,
      [ada.email, bob.email],
    );
    expect((await me(ada))['groups']).toEqual(['authors', 'staff']);
    expect((await me(bob))['groups']).toEqual(['others']);
  });

  it('leaves one audit row a change, with the names of its members and never their values', async () => {
    const ines = await arrive(app, someone('ines'));
    const rows = async (): Promise<object[]> =>
      (await auditTrail(app, 'users.profile_changed')).filter(({ userId }) => userId === ines.id);
    accepted(await change(ines, { ...claims, username: 'ines-of-values' }), 200);
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      actorId: ines.id,
      address: '127.0.0.1',
      requestId: expect.any(String),
      data: { members: expect.anything() },
    });
    const { data } = row as { data: { members: string[] } };
    expect(data.members.sort()).toEqual([...Object.keys(claims), 'username'].sort());
    for (const value of [...Object.values(claims), 'ines-of-values', 'SW1Y']) {
      if (typeof value === 'string') expect(JSON.stringify(row)).not.toContain(JSON.stringify(value));
    }

    accepted(await change(ines, {}), 200);
    expect((await change(ines, { username: 'ada-l' })).status).toBe(409);
    expect((await change(ines, { name: 7 })).status).toBe(400);
    expect(await rows()).toHaveLength(1);
  });
});
