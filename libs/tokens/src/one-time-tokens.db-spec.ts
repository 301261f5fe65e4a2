import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { OneTimeTokens } from './one-time-tokens.js';

const grant = { purpose: 'password_reset', reference: 'ada@example.test', userId: '7', expiresIn: 60 } as const;

describe('one-time tokens', () => {
  let database: TestDatabase;
  let pools: readonly [TestPool, TestPool];
  let tokens: OneTimeTokens;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = [await openPool(database.url), await openPool(database.url)];
    tokens = new OneTimeTokens(pools[0].database);
  });

  afterEach(() => database.shiftClock(0));

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  const issue = async (changes: object = {}): Promise<string> =>
    (await pools[0].transactions.run((tx) => tokens.issue(tx, { ...grant, ...changes }))).token;
  const consume = (token: string, pool = pools[0]): Promise<object> =>
    pool.transactions.run((tx) => tokens.consume(tx, token, 'password_reset'));

  it('give what they were issued for, once', async () => {
    const token = await issue({ data: { why: 'forgotten' } });
    const record = {
      purpose: 'password_reset',
      reference: 'ada@example.test',
      userId: '7',
      data: { why: 'forgotten' },
    };
    expect(await tokens.peek(token, 'password_reset')).toMatchObject(record);
    expect(await consume(token)).toMatchObject(record);
    await expect(consume(token)).rejects.toMatchObject({ code: 'tokens.used', kind: 'expired' });
    await expect(tokens.peek(token, 'password_reset')).rejects.toMatchObject({ code: 'tokens.used' });
  });

  it('let one of many through that use them at the same time, over two pools', async () => {
    const token = await issue();
    const tries = await Promise.allSettled(Array.from({ length: 16 }, (_, at) => consume(token, pools[at % 2])));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = tries.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
    expect(new Set(codes)).toEqual(new Set(['tokens.used']));
  });

  it('are not used up by a change that is rolled back', async () => {
    const token = await issue();
    const failing = pools[0].transactions.run(async (tx) => {
      await tokens.consume(tx, token, 'password_reset');
      throw new Error('the rest failed');
    });
    await expect(failing).rejects.toThrow('the rest failed');
    await expect(consume(token)).resolves.toMatchObject({ userId: '7' });
  });

  it('end by the clock of the database', async () => {
    const token = await issue();
    await database.shiftClock(61);
    await expect(consume(token)).rejects.toMatchObject({ code: 'tokens.expired', kind: 'expired' });
  });

  it('of another purpose are unknown', async () => {
    const token = await issue({ purpose: 'first_admin' });
    await expect(consume(token)).rejects.toMatchObject({ code: 'tokens.invalid', kind: 'invalid' });
  });

  it.each(['', 'x', 'x'.repeat(43), "' OR 1=1 --", `${'A'.repeat(42)}\u0000`])(
    'that nobody issued are unknown: %j',
    async (text) => {
      await expect(consume(text)).rejects.toMatchObject({ code: 'tokens.invalid' });
    },
  );

  it('that are mailed do nothing before their mail is attempted, and live from then on, for whom it turned out to be', async () => {
    const token = await issue({ expiresIn: undefined, userId: null });
    await expect(consume(token)).rejects.toMatchObject({ code: 'tokens.invalid' });
    await database.shiftClock(3600);
    await pools[0].transactions.run((tx) => tokens.activate(tx, token, 60, '9'));
    await pools[0].transactions.run((tx) => tokens.activate(tx, token, 6000, '10'));
    expect(await tokens.peek(token, 'password_reset')).toMatchObject({ userId: '9' });
    await database.shiftClock(3600 + 61);
    await expect(consume(token)).rejects.toMatchObject({ code: 'tokens.expired' });
  });

  it('of a user are made useless together, of the named purposes only, and those whose mail still waits', async () => {
    const reset = await issue({ userId: '11' });
    const required = await issue({ userId: '11', purpose: 'password_change_required' });
    const other = await issue({ userId: '12' });
    const waiting = await issue({ userId: null, reference: 'late@example.test', expiresIn: undefined });
    const owner = { userId: '11', emailKey: 'late@example.test' };
    await pools[0].transactions.run((tx) => tokens.revoke(tx, owner, 'password_reset'));
    await pools[0].transactions.run((tx) => tokens.activate(tx, waiting, 60, '11'));
    await expect(consume(waiting)).rejects.toMatchObject({ code: 'tokens.used' });
    await expect(consume(reset)).rejects.toMatchObject({ code: 'tokens.used' });
    await expect(tokens.peek(required, 'password_change_required')).resolves.toBeDefined();
    await expect(consume(other)).resolves.toBeDefined();
  });

  it('are stored as hashes only', async () => {
    const token = await issue();
    const rows = await pools[0].dataSource.query<{ row: string }[]>('SELECT t::text AS row FROM one_time_tokens t');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ row }) => row.includes(token))).toBe(false);
  });
});
