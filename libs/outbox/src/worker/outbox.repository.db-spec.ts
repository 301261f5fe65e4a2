import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { openPool, type TestPool } from '../../../database/testing/pool.js';
import { Outbox } from '../outbox.js';
import { OutboxRepository } from './outbox.repository.js';

describe('the rows of the outbox', () => {
  let database: TestDatabase;
  let pool: TestPool;
  let outbox: Outbox;
  let rows: OutboxRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = await openPool(database.url);
    outbox = new Outbox();
    rows = new OutboxRepository(pool.database);
  });

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  beforeEach(async () => {
    await pool.database.pool.query('DELETE FROM outbox');
    await database.shiftClock(0);
  });

  const add = (...references: string[]): Promise<void> =>
    pool.transactions.run(async (tx) => {
      for (const reference of references) await outbox.add(tx, { topic: 'test', reference });
    });

  it('are handed over once until they are overdue, then again under a new attempt', async () => {
    await add('a');
    const [first] = await rows.claim('test', 10, 60_000);
    expect(first).toMatchObject({ topic: 'test', reference: 'a', attempt: 1 });
    expect(await rows.claim('test', 10, 60_000)).toEqual([]);
    await database.shiftClock(61);
    expect(await rows.claim('test', 10, 60_000)).toEqual([{ ...first, attempt: 2 }]);
  });

  it('are given to one of two relays each', async () => {
    await add(...Array.from({ length: 40 }, (_, at) => `r${at}`));
    const claims = await Promise.all(Array.from({ length: 4 }, () => rows.claim('test', 15, 60_000)));
    const ids = claims.flat().map(({ outboxId }) => outboxId);
    expect(new Set(ids).size).toBe(ids.length);
    ids.push(...(await rows.claim('test', 40, 60_000)).map(({ outboxId }) => outboxId));
    expect(new Set(ids).size).toBe(40);
  });

  it('of other topics are left alone', async () => {
    await add('a');
    expect(await rows.claim('other', 10, 60_000)).toEqual([]);
    expect(await rows.claim('test', 10, 60_000)).toHaveLength(1);
  });

  it('come back when they were deferred, and never when they were closed', async () => {
    await add('closed', 'deferred');
    const claimed = await rows.claim('test', 10, 60_000);
    await pool.transactions.run(async (tx) => {
      for (const { outboxId, reference } of claimed) {
        if (reference === 'closed') await outbox.close(tx, outboxId);
        else await outbox.defer(tx, outboxId, 5_000);
      }
    });
    expect(await rows.claim('test', 10, 60_000)).toEqual([]);
    await database.shiftClock(6);
    expect(await rows.claim('test', 10, 60_000)).toMatchObject([{ reference: 'deferred', attempt: 2 }]);
  });

  it('come back soon when the queue did not take them', async () => {
    await add('a');
    const claimed = await rows.claim('test', 10, 3_600_000);
    await rows.handBack(claimed, 2_000);
    await database.shiftClock(3);
    expect(await rows.claim('test', 10, 60_000)).toMatchObject([{ attempt: 2 }]);
  });

  it('that were handed over again meanwhile are not pulled back by an old failure', async () => {
    await add('a');
    const old = await rows.claim('test', 10, 1_000);
    await database.shiftClock(2);
    await rows.claim('test', 10, 3_600_000);
    await rows.handBack(old, 0);
    await database.shiftClock(10);
    expect(await rows.claim('test', 10, 60_000)).toEqual([]);
  });

  it('are announced once a transaction, at its commit, and not when it is rolled back or adds none', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      let heard = 0;
      client.on('notification', () => (heard += 1));
      await client.query('LISTEN gatehouse_outbox');
      await add('a', 'b', 'c');
      await pool.transactions
        .run(async (tx) => {
          await outbox.add(tx, { topic: 'test', reference: 'never' });
          throw new Error('rolled back');
        })
        .catch(() => undefined);
      await pool.database.pool.query(
        `INSERT INTO outbox (id, topic, reference) SELECT gen_random_uuid(), 'test', 'none' WHERE false`,
      );
      await client.query('SELECT 1');
      expect(heard).toBe(1);
    } finally {
      await client.end();
    }
  });

  it('tell how much is open, and how late it is', async () => {
    await add('a', 'b');
    await database.shiftClock(90);
    const [backlog] = await rows.backlog();
    expect(backlog).toMatchObject({ topic: 'test', open: 2 });
    expect(backlog?.oldestSeconds).toBeGreaterThanOrEqual(90);
    expect(backlog?.overdueSeconds).toBeGreaterThanOrEqual(90);
    await rows.claim('test', 10, 60_000);
    expect((await rows.backlog())[0]?.overdueSeconds).toBeLessThan(0);
  });
});
