import { Sweeps } from '@app/database';
import { TimePartitions } from '../../libs/database/src/sweeps/time-partitions.js';
import { openPool, type TestPool } from '../../libs/database/testing/pool.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';

const day = 86_400;

describe('tables partitioned by month', () => {
  let database: TestDatabase;
  let app: TestPool;
  let owner: TestPool;
  let partitions: TimePartitions;

  const months = async (table: string): Promise<string[]> => {
    const rows = await owner.database.run<{ name: string }>(
      {
        name: 'test.partitions',
        text: 'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
      },
      [table],
    );
    return rows.map((row) => row.name);
  };

  const record = (): Promise<object[]> =>
    app.database.run({ name: 'test.record', text: `INSERT INTO audit_events (type) VALUES ('test.event')` });

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openPool(database.url);
    owner = await openPool(database.ownerUrl);
    partitions = new TimePartitions(app.database, new Sweeps());
  });

  afterAll(async () => {
    await app.close();
    await owner.close();
    await database.drop();
  });

  it('each have a default partition and, from their first migration, this month and three more', async () => {
    const tables = await owner.database.run<{ table_name: string }>({
      name: 'test.tables',
      text: 'SELECT table_name::text FROM time_partitioned_tables',
    });
    expect(tables.map((row) => row.table_name)).toContain('audit_events');
    for (const { table_name: table } of tables) {
      const names = await months(table);
      expect(names).toHaveLength(5);
      expect(names).toContain(`${table}_default`);
    }
    expect(await partitions.ensure()).toBe(0);
  });

  it("get the months ahead by the sweep, as the app's role, while rows are written", async () => {
    const before = await months('audit_events');
    await database.shiftClock(40 * day);
    let writing = true;
    const writer = (async () => {
      while (writing) await record();
    })();
    expect(await partitions.ensure()).toBeGreaterThanOrEqual(1);
    writing = false;
    await writer;
    const after = await months('audit_events');
    expect(after.length).toBeGreaterThan(before.length);
    expect(await partitions.ensure()).toBe(0);
    const [fresh] = after.filter((name) => !before.includes(name));
    await expect(owner.database.run({ name: 'test.truncate', text: `TRUNCATE ${fresh ?? ''}` })).rejects.toThrow(
      'is append-only',
    );
  });

  it('keep rows that came before their month was made, and make the months after it', async () => {
    await database.shiftClock(400 * day);
    await record();
    expect(await partitions.ensure()).toBeGreaterThanOrEqual(3);
    const [row] = await app.database.run<{ partition: string }>({
      name: 'test.newest',
      text: 'SELECT tableoid::regclass::text AS partition FROM audit_events ORDER BY occurred_at DESC LIMIT 1',
    });
    expect(row?.partition).toBe('audit_events_default');
    await database.shiftClock(440 * day);
    await record();
    const [later] = await app.database.run<{ partition: string }>({
      name: 'test.newest',
      text: 'SELECT tableoid::regclass::text AS partition FROM audit_events ORDER BY occurred_at DESC LIMIT 1',
    });
    expect(later?.partition).toMatch(/^audit_events_y/);
  });

  it('are made for registered tables only, and by a function whose search path nobody can bend', async () => {
    const register = {
      name: 'test.register',
      text: `INSERT INTO time_partitioned_tables VALUES ('users', 'created_at', false)`,
    };
    await expect(app.database.run(register)).rejects.toMatchObject({ code: '42501' });
    const [made] = await owner.database.run<{ definer: boolean; settings: string[]; everybody: boolean }>({
      name: 'test.definer',
      text: `SELECT prosecdef AS definer, proconfig AS settings,
          EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0) AS everybody
        FROM pg_proc WHERE proname = 'ensure_time_partitions'`,
    });
    expect(made).toMatchObject({ definer: true, everybody: false });
    expect(made?.settings).toContain('search_path=pg_catalog, pg_temp');
  });
});
