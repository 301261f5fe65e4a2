import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { parseEmail } from './email-address.js';
import { usersEntities } from './entities.js';
import type { UserId } from './user-id.js';
import { type NewUser, UsersRepository } from './users.repository.js';

describe('users', () => {
  let database: TestDatabase;
  let pool: TestPool;
  let users: UsersRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = await openPool(database.url, usersEntities);
    users = new UsersRepository(pool.database);
  });

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  const insert = (email: string, more: Partial<NewUser> = {}): Promise<UserId | undefined> =>
    pool.transactions.run((tx) => users.insert(tx, { email: parseEmail(email), emailVerified: true, ...more }));
  const inserted = async (email: string, more: Partial<NewUser> = {}): Promise<UserId> => {
    const id = await insert(email, more);
    if (id === undefined) throw new Error(`${email} was taken`);
    return id;
  };

  it('begin with nobody: a new installation has no default account', async () => {
    expect(await users.search({ limit: 10 })).toEqual([]);
    expect(await users.hasAdmin()).toBe(false);
  });

  it('have one account an address and one a user name, in any case', async () => {
    await inserted('Ada@example.test', { username: 'Ada' });
    expect(await insert('ADA@EXAMPLE.test')).toBeUndefined();
    expect(await insert('other@example.test', { username: 'aDA' })).toBeUndefined();
    expect(await users.isUsernameTaken('ADA')).toBe(true);
  });

  it('are made once where many make the same at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => insert('race@example.test')));
    expect(made.filter((id) => id !== undefined)).toHaveLength(1);
  });

  it('keep the profile they were made with', async () => {
    const id = await inserted('profile@example.test', {
      profile: { name: 'Grace', birthdate: '1906-12-09', address: { country: 'US' } },
    });
    expect(await users.find(id)).toMatchObject({
      name: 'Grace',
      birthdate: '1906-12-09',
      address: { country: 'US' },
      nickname: null,
      status: 'active',
    });
  });

  it('that are erased leave an empty row, so that the id is never given again, and their names free', async () => {
    const id = await inserted('gone@example.test', {
      username: 'gone',
      profile: { name: 'Gone', phoneNumber: '+4915112345678' },
    });
    await pool.transactions.run((tx) => users.erase(tx, id));
    const { createdAt: _, updatedAt: __, accessValidFrom: ___, ...row } = { ...(await users.find(id)) };
    const kept = Object.entries(row).filter(([, value]) => value !== null);
    const empty = { roles: [], secondFactors: [], phoneNumberVerified: false };
    expect(Object.fromEntries(kept)).toEqual({ id, status: 'deleted', ...empty });
    expect(await inserted('gone@example.test', { username: 'gone' })).not.toBe(id);
  });

  it('move to a free address only', async () => {
    const id = await inserted('before@example.test');
    await inserted('taken@example.test');
    const move = (email: string): Promise<boolean> =>
      pool.transactions.run(async (tx) => users.updateEmail(tx, id, parseEmail(email))).catch(() => false);
    expect(await move('TAKEN@example.test')).toBe(false);
    expect(await users.find(id)).toMatchObject({ email: 'before@example.test' });
    expect(await move('after@example.test')).toBe(true);
    expect(await users.findByEmail(pool.database, 'after@example.test')).toMatchObject({ id });
  });

  it('are found by the beginning of address, user name or name, page by page, none twice and none left out', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 7; n += 1) ids.add(await inserted(`page${n}@example.test`));
    ids.add(await inserted('zz@example.test', { username: 'Page_8' }));
    ids.add(await inserted('yy@example.test', { profile: { name: 'Page Nine' } }));
    const found: string[] = [];
    for (let after: string | undefined; ; after = found.at(-1)) {
      const page = await users.search({ text: 'PAGE', limit: 2, after });
      if (page.length === 0) break;
      found.push(...page.map(({ id }) => id));
    }
    expect(found).toHaveLength(9);
    expect(new Set(found)).toEqual(ids);
  });

  it('are not found by wildcards', async () => {
    expect(await users.search({ text: '%', limit: 10 })).toEqual([]);
    expect(await users.search({ text: 'page_', limit: 10 })).toHaveLength(1);
  });

  it('count other administrators, active ones only', async () => {
    const one = await inserted('admin1@example.test', { roles: ['admin'] });
    const two = await inserted('admin2@example.test', { roles: ['admin'] });
    const others = (id: UserId): Promise<number> => pool.transactions.run((tx) => users.countOtherAdmins(tx, id));
    expect(await others(one)).toBe(1);
    await pool.transactions.run((tx) => users.updateStatus(tx, two, 'active', 'disabled'));
    expect(await others(one)).toBe(0);
    expect(await users.hasAdmin()).toBe(true);
  });
});
