import { Logger } from '@nestjs/common';
import { KnownMigrations, MigrationRefused, migrate, schemaState } from '@app/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openPool } from '../../libs/database/testing/pool.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/databases.js';

class Next1763800000001 implements MigrationInterface {
  name = 'Next1763800000001';
  async up(query: QueryRunner): Promise<void> {
    await query.query('CREATE TABLE next_release (id int)');
  }
  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE next_release');
  }
}

class Failing1763800000002 implements MigrationInterface {
  name = 'Failing1763800000002';
  async up(query: QueryRunner): Promise<void> {
    await query.query('CREATE TABLE half_done (id int)');
    await query.query('SELECT 1 / 0');
  }
  async down(): Promise<void> {
    // never applied
  }
}

describe('migrating', () => {
  let database: TestDatabase;

  const run = (list = migrations, appUrl = database.url): ReturnType<typeof migrate> =>
    migrate(database.ownerUrl, appUrl, list);

  const tables = (): Promise<string[]> =>
    withClient(database.ownerUrl, async (client) => {
      const result = await client.query<{ name: string }>(
        `SELECT n.nspname || '.' || c.relname || ' ' || coalesce(c.relacl::text, '') AS name
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname IN ('public', 'bullmq') ORDER BY 1`,
      );
      return result.rows.map((row) => row.name);
    });

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });

  afterEach(async () => {
    await database.drop();
  });

  it('applies everything once; run again, it finds nothing to do and leaves the schema as it was', async () => {
    expect((await run()).applied).toEqual(new KnownMigrations(migrations).names);
    const first = await tables();
    expect((await run()).applied).toEqual([]);
    expect(await tables()).toEqual(first);
  });

  it('runs once where several begin at the same time: the others wait and find nothing to do', async () => {
    const reports = await Promise.all([run(), run(), run()]);
    expect(reports.map((report) => report.applied.length).sort()).toEqual([0, 0, migrations.length]);
  });

  it('refuses a database that is newer than this code, before any change', async () => {
    await run([...migrations, Next1763800000001]);
    const before = await tables();
    await expect(run()).rejects.toThrow(MigrationRefused);
    await expect(run()).rejects.toThrow('newer than this code: it has Next1763800000001');
    expect(await tables()).toEqual(before);
  });

  it('refuses a queue schema made by a newer major version of BullMQ, before any change', async () => {
    await withClient(database.ownerUrl, async (client) => {
      await client.query('CREATE SCHEMA bullmq');
      await client.query(
        'CREATE TABLE bullmq.migration (version int, name text, min_client_version int, applied_at timestamptz)',
      );
      await client.query(`INSERT INTO bullmq.migration VALUES (99, 'future', 99)`);
    });
    const before = await tables();
    await expect(run()).rejects.toThrow(MigrationRefused);
    expect(await tables()).toEqual(before);
  });

  it("names the app's role that is missing, before any change", async () => {
    const nobody = new URL(database.url);
    nobody.username = 'no_such_role';
    await expect(run(migrations, nobody.href)).rejects.toThrow(/no_such_role .* does not exist: CREATE ROLE/);
    expect(await tables()).toEqual([]);
  });

  it('undoes the migration that failed, keeps those before it, and goes on there the next time', async () => {
    // TypeORM tells the console about the failure, whatever its settings.
    jest.spyOn(console, 'log').mockImplementation();
    await expect(run([...migrations, Next1763800000001, Failing1763800000002])).rejects.toThrow('division by zero');
    const names = (await tables()).join('\n');
    expect(names).toContain('public.next_release');
    expect(names).not.toContain('half_done');
    expect((await run([...migrations, Next1763800000001])).applied).toEqual([]);
  });

  it('tells the startup probe what is missing, what is newer, and that newer is fine', async () => {
    const known = (list: typeof migrations): KnownMigrations => new KnownMigrations(list);
    const [first] = known(migrations).names;
    await run(migrations.slice(0, 1));
    const pool = await openPool(database.url);
    try {
      const read = (list: typeof migrations): ReturnType<typeof schemaState> => schemaState(pool.database, known(list));
      expect(await read(migrations)).toEqual({ current: false, missing: known(migrations).names.slice(1), newer: [] });
      expect(await read([])).toEqual({ current: true, missing: [], newer: [first] });
    } finally {
      await pool.close();
    }
  });

  it('tells the startup probe that everything is missing from an empty database', async () => {
    const pool = await openPool(database.url);
    try {
      const state = await schemaState(pool.database, new KnownMigrations(migrations));
      expect(state).toMatchObject({ current: false, newer: [] });
      expect(state.missing).toHaveLength(migrations.length);
    } finally {
      await pool.close();
    }
  });

  it('works with one role for everything, as small installations have it', async () => {
    await expect(run(migrations, database.ownerUrl)).resolves.toMatchObject({ applied: expect.any(Array) });
  });

  it('can be undone, migration by migration, down to nothing', async () => {
    await run();
    const { DataSource } = await import('typeorm');
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.ownerUrl,
      migrations,
      installExtensions: false,
    });
    await dataSource.initialize();
    for (const _ of migrations) await dataSource.undoLastMigration();
    await dataSource.destroy();
    const left = (await tables()).filter((name) => name.startsWith('public.') && !name.startsWith('public.migrations'));
    expect(left.filter((name) => !/_pkey|PK_/.test(name))).toEqual([]);
  });
});
