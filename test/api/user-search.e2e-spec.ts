import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, someone, type Visit } from '../support/people.js';

interface UserPage {
  readonly items: readonly { readonly id: string; readonly email: string | null; readonly status: string }[];
  readonly nextCursor: string | null;
}

describe(`the search for users, queue on ${queueBackend}`, () => {
  let app: App;
  let admin: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    admin = await arrive(app, someone('root'));
    await promote(app, admin);
    await add(25, 'many');
  });

  afterAll(() => app.stop());

  /** Accounts in numbers, as no journey could make them in time. */
  const add = (count: number, name: string): Promise<object[]> =>
    app.sql(
      `INSERT INTO users (id, email, email_key) SELECT (random() * 9e18)::bigint, e, e
       FROM generate_series(1, $1) n, LATERAL (SELECT format('%s.%s@example.test', $2::text, n) e) x`,
      [count, name],
    );
  const query = (members: Record<string, string>): Promise<Answer<UserPage>> =>
    admin.api.get<UserPage>(`/v1/admin/users?${new URLSearchParams(members).toString()}`);
  const find = async (members: Record<string, string>): Promise<UserPage['items']> =>
    accepted(await query(members), 200).items;
  const emails = async (members: Record<string, string>): Promise<(string | null)[]> =>
    (await find(members)).map(({ email }) => email);

  it.each([1, 7, 25, 26, 100])('gives every user once, in pages of %i', async (limit) => {
    const ids: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const members = { search: 'many.', limit: String(limit), ...(cursor === null ? {} : { cursor }) };
      const page: UserPage = accepted(await query(members), 200);
      ids.push(...page.items.map(({ id }) => id));
      sizes.push(page.items.length);
      cursor = page.nextCursor;
    } while (cursor !== null && sizes.length < 100);
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
    expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
    expect(sizes.at(-1)).toBeGreaterThan(0);
  });

  it('keeps to that while users come, change and go between the pages', async () => {
    await add(12, 'steady');
    const steady = new Set((await find({ search: 'steady.' })).map(({ id }) => id));
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page += 1) {
      const answer: UserPage = accepted(
        await query({ search: 'stead', limit: '4', ...(cursor === null ? {} : { cursor }) }),
        200,
      );
      seen.push(...answer.items.map(({ id }) => id));
      cursor = answer.nextCursor;
      await add(3, `steady-but-late.${page}`);
      await app.sql(`UPDATE users SET name = 'moved', updated_at = app_now() WHERE email LIKE 'steady.%'`);
      if (page > 20) throw new Error('the pages never end');
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => steady.has(id))).toHaveLength(12);
  });

  it('gives fifty users where no limit is asked for', async () => {
    await add(60, 'crowd');
    const page = accepted(await query({ search: 'crowd' }), 200);
    expect(page.items).toHaveLength(50);
    expect(page.nextCursor).not.toBeNull();
  });

  it('finds the beginning of an address, a user name or a name, in any case', async () => {
    const ada = await arrive(app, someone('Ada', { username: 'Countess' }));
    accepted(await ada.api.patch('/v1/me', { name: 'Ängström Lovelace' }), 200);
    for (const search of ['ada.', 'ADA.', ada.email, 'count', 'COUNTESS', 'ängström', 'Ängström Love']) {
      expect(await emails({ search })).toContain(ada.email);
    }
    for (const search of ['lovelace', 'example.test', 'ountess', 'countess-2']) {
      expect(await emails({ search })).not.toContain(ada.email);
    }
  });

  it.each(['%', '_', 'man_.', '%many', '\\', "' OR true --"])('takes %s as it is written', async (search) => {
    expect(await find({ search })).toEqual([]);
  });

  it('filters by status, and leaves deleted accounts out unless they are asked for', async () => {
    await add(3, 'stated');
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = 'stated.1@example.test'`);
    const gone = await arrive(app, someone('gone'));
    accepted(await gone.api.delete('/v1/me', { currentPassword: gone.password }), 204);
    const of = async (status: string): Promise<number> => (await find({ search: 'stated', status })).length;
    expect(await find({ search: 'stated' })).toHaveLength(3);
    expect(await of('active')).toBe(2);
    expect(await of('disabled')).toBe(1);
    expect(await of('deleted')).toBe(0);
    expect(await find({ status: 'deleted' })).toMatchObject([{ id: gone.id, email: null, status: 'deleted' }]);
    const everybody = await find({ limit: '100' });
    expect(everybody.map(({ id }) => id)).not.toContain(gone.id);
  });

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', '-1'],
    ['limit', '2.5'],
    ['limit', 'many'],
    ['status', 'sleeping'],
    ['search', 'x'.repeat(201)],
    ['cursor', 'x'.repeat(513)],
    ['cursor', 'not/base64url'],
    ['page', '2'],
  ])('refuses %s=%s', async (name, value) => {
    expect(refusal(await query({ [name]: value }))).toBe('400 http.invalid_input');
  });

  it('refuses a search with NUL', async () => {
    expect((await query({ search: 'a\u0000' })).status).toBe(400);
  });

  it.each([
    ['no JSON', 'bm90IGpzb24'],
    ['no list', Buffer.from('{"id":"1"}').toString('base64url')],
    ['of another list', Buffer.from('["2026-01-01T00:00:00Z","x"]').toString('base64url')],
    ['without a user', Buffer.from('["1 OR true"]').toString('base64url')],
    ['with a number', Buffer.from('[12]').toString('base64url')],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    expect(refusal(await query({ cursor }))).toBe('400 http.invalid_cursor');
  });
});
