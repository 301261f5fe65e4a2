import type { UserId } from '@app/users';
import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { type FactorResetRow, FactorResetsRepository } from './factor-resets.repository.js';

const day = 24 * 3600;
const userId = '7' as UserId;
const requestedBy = '8' as UserId;

describe('resets of lost factors', () => {
  let database: TestDatabase;
  let pools: readonly [TestPool, TestPool];
  let resets: FactorResetsRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = [await openPool(database.url), await openPool(database.url)];
    resets = new FactorResetsRepository(pools[0].database);
    await pools[0].database.run({
      name: 'spec.user',
      text: `INSERT INTO users (id, email, email_key) VALUES (7, 'a', 'a')`,
    });
  });

  afterEach(async () => {
    await pools[0].database.run({ name: 'spec.forget', text: 'DELETE FROM factor_resets' });
    await database.shiftClock(0);
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  const begin = (pool = pools[0]): Promise<FactorResetRow | undefined> =>
    pool.transactions.run((tx) => resets.insert(tx, { userId, requestedBy, delay: day, window: 7 * day }));
  const complete = (id: string, pool = pools[0]): Promise<boolean> =>
    pool.transactions.run((tx) => resets.complete(tx, id));
  const cancel = (pool = pools[0]): Promise<FactorResetRow | undefined> =>
    pool.transactions.run((tx) => resets.cancel(tx, userId));

  it('are one at a time, however many are asked for at once, over two pools', async () => {
    const begun = await Promise.all(Array.from({ length: 16 }, (_, at) => begin(pools[at % 2])));
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it('take effect, and expire, by the clock of the database', async () => {
    const { id } = (await begin())!;
    const stateAt = async (seconds: number): Promise<string | undefined> => {
      await database.shiftClock(seconds);
      return (await resets.find(id))?.state;
    };
    expect(await stateAt(day - 5)).toBe('pending');
    expect(await complete(id)).toBe(false);
    expect(await stateAt(day + 1)).toBe('ready');
    expect(await stateAt(8 * day - 5)).toBe('ready');
    expect(await stateAt(8 * day + 1)).toBe('expired');
    expect(await complete(id)).toBe(false);
    expect(await cancel()).toBeUndefined();
  });

  it('are completed or cancelled, once', async () => {
    const { id } = (await begin())!;
    await database.shiftClock(day + 1);
    const [completed, cancelled] = [
      await Promise.all(Array.from({ length: 8 }, (_, at) => complete(id, pools[at % 2]))),
      await cancel(),
    ];
    expect(completed.filter(Boolean)).toHaveLength(1);
    expect(cancelled).toBeUndefined();
    const { id: next } = (await begin())!;
    expect((await cancel())?.id).toBe(next);
    await database.shiftClock(3 * day);
    expect(await complete(next)).toBe(false);
    expect((await resets.findLast(userId))?.state).toBe('cancelled');
  });

  it('are kept for 90 days after they are over', async () => {
    await begin();
    await database.shiftClock(98 * day - 60);
    expect(await resets.deleteOld()).toBe(0);
    await database.shiftClock(98 * day + 60);
    expect(await resets.deleteOld()).toBe(1);
  });
});
