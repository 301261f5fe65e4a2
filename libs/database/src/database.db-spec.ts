import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../testing/pool.js';
import { violatedUnique } from './database.errors.js';

const backend = { name: 'test.backend', text: 'SELECT pg_backend_pid() AS pid' };

describe('a statement on the pool', () => {
  let database: TestDatabase;
  let pool: TestPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = await openPool(database.url, [], 1);
  });

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  it('is prepared once a connection', async () => {
    for (const value of [1, 2, 3]) {
      const [row] = await pool.database.run({ name: 'test.prepared', text: 'SELECT $1::int AS value' }, [value]);
      expect(row).toEqual({ value });
    }
    const text = `SELECT count(*)::int AS count FROM pg_prepared_statements WHERE name = 'test.prepared'`;
    expect(await pool.database.run({ name: 'test.count', text })).toEqual([{ count: 1 }]);
  });

  it('that fails keeps its connection, which goes on serving', async () => {
    const before = await pool.database.run(backend);
    const text = `INSERT INTO migrations (timestamp, name) VALUES (1, 'forged')`;
    await expect(pool.database.run({ name: 'test.refused', text })).rejects.toMatchObject({ code: '42501' });
    await expect(pool.database.run({ name: 'test.zero', text: 'SELECT 1 / 0' })).rejects.toMatchObject({
      code: '22012',
    });
    expect(await pool.database.run(backend)).toEqual(before);
  });

  it('that ends its own session is unavailable, and the next one gets another', async () => {
    const before = await pool.database.run(backend);
    const suicide = { name: 'test.suicide', text: 'SELECT pg_terminate_backend(pg_backend_pid())' };
    await expect(pool.database.run(suicide)).rejects.toMatchObject({ code: 'database.unavailable' });
    expect(await pool.database.run(backend)).not.toEqual(before);
  });

  it('that ends its own session is unavailable by TypeORM’s manager too, in a query and in a find', async () => {
    const manager = pool.database.manager;
    const suicide = 'pg_terminate_backend(pg_backend_pid())';
    await expect(manager.query(`SELECT ${suicide}`)).rejects.toMatchObject({ code: 'database.unavailable' });
    const find = manager.createQueryBuilder().select('name').from('migrations', 'm').where(suicide);
    await expect(find.getRawMany()).rejects.toMatchObject({ code: 'database.unavailable' });
    expect(await manager.query<unknown[]>('SELECT 1')).toHaveLength(1);
  });

  it('runs on connections whose loss ends no process, though nobody listens yet', async () => {
    const client = await pool.database.pool.connect();
    try {
      expect(() => client.emit('error', new Error('lost'))).not.toThrow();
    } finally {
      client.release(true);
    }
  });

  it('whose answer never comes is given up, and its connection with it', async () => {
    const slow = { name: 'test.slow', text: 'SELECT pg_sleep(3)', query_timeout: 100 };
    const before = await pool.database.run(backend);
    await expect(pool.database.run(slow)).rejects.toMatchObject({ code: 'database.unavailable' });
    expect(await pool.database.run(backend)).not.toEqual(before);
  });

  it('names the unique constraint it violates', async () => {
    const owner = await openPool(database.ownerUrl, [], 1);
    try {
      await owner.database.run({ name: 'test.table', text: 'CREATE TABLE singles (id int PRIMARY KEY)' });
      const insert = { name: 'test.single', text: 'INSERT INTO singles VALUES (1)' };
      await owner.database.run(insert);
      const error: unknown = await owner.database.run(insert).catch((reason: unknown) => reason);
      expect(violatedUnique(error)).toBe('singles_pkey');
    } finally {
      await owner.close();
    }
  });
});
