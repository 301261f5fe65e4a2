import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { Client } from 'pg';
import { createTestDatabase, type TestDatabase, withClient } from '../support/databases.js';

/** Tables that the app's role may do less with than SELECT, INSERT, UPDATE, DELETE. */
const narrower: Readonly<Record<string, string>> = {
  migrations: 'SELECT',
  time_partitioned_tables: 'SELECT',
  audit_events: 'INSERT,SELECT',
  mail_deliveries: 'INSERT,SELECT',
  // And UPDATE of some columns.
  passkeys: 'DELETE,INSERT,SELECT',
};

describe("the app's role", () => {
  let database: TestDatabase;

  const asApp = <T>(work: (client: Client) => Promise<T>): Promise<T> => withClient(database.url, work);

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  it('has exactly the privileges it needs on every table, and none on partitions', async () => {
    const rows = await asApp(async (client) => {
      const result = await client.query<{ name: string; partition: boolean; privileges: string }>(
        `SELECT c.relname AS name, c.relispartition AS partition, (
           SELECT string_agg(privilege, ',' ORDER BY privilege)
           FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
           WHERE has_table_privilege(c.oid, privilege)) AS privileges
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname IN ('public', 'bullmq') AND c.relkind IN ('r', 'p') ORDER BY 1`,
      );
      return result.rows;
    });
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const wanted = row.partition ? null : (narrower[row.name] ?? 'DELETE,INSERT,SELECT,UPDATE');
      expect(`${row.name}: ${row.privileges}`).toBe(`${row.name}: ${wanted}`);
    }
  });

  it.each([
    'CREATE TABLE public.mine (id int)',
    'CREATE TABLE bullmq.mine (id int)',
    'CREATE SCHEMA mine',
    'ALTER TABLE migrations ADD COLUMN mine int',
    'DROP TABLE migrations',
    `DELETE FROM migrations`,
    'CREATE OR REPLACE FUNCTION public.app_now() RETURNS timestamptz LANGUAGE sql STABLE RETURN now()',
    'CREATE EXTENSION pgcrypto',
    'SET ROLE gatehouse_test_owner',
    'CREATE ROLE mine',
    `COPY migrations TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/hostname')`,
  ])('may not: %s', async (statement) => {
    await expect(asApp((client) => client.query(statement))).rejects.toMatchObject({ code: '42501' });
  });

  it('may change of a passkey what its use changes, and neither its key nor its owner', async () => {
    const change = (column: string, value: string): Promise<unknown> =>
      asApp((client) => client.query(`UPDATE passkeys SET ${column} = ${value}`));
    for (const [column, value] of [
      ['public_key', `'\\x00'`],
      ['credential_id', `'\\x00'`],
      ['user_id', '1'],
    ] as const) {
      await expect(change(column, value)).rejects.toMatchObject({ code: '42501' });
    }
    await change('sign_count', '1');
    await change('name', `'Laptop'`);
  });

  it('can use the queue: add, work, fail, retry and clear', async () => {
    const connection = { connectionString: database.url, schema: 'bullmq', max: 2 };
    const queue = new Queue('spec', { connection }, createPostgresBackend);
    const seen: string[] = [];
    const worker = new Worker(
      'spec',
      async (job) => {
        if (job.attemptsMade === 0 && job.name === 'twice') throw new Error('once more');
        seen.push(job.name);
      },
      { connection },
      createPostgresBackend,
    );
    try {
      await queue.add('once', {}, { jobId: randomUUID() });
      await queue.add('twice', {}, { jobId: randomUUID(), attempts: 2 });
      await queue.add('later', {}, { jobId: randomUUID(), delay: 20 });
      const end = Date.now() + 10_000;
      while (seen.length < 3 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen.sort()).toEqual(['later', 'once', 'twice']);
      // What would make a sequence is DDL: jobs come with ids of their own, one at a time.
      await expect(queue.add('without an id', {})).rejects.toMatchObject({ code: '42501' });
      await expect(queue.addBulk([{ name: 'bulk', data: {} }])).rejects.toMatchObject({ code: '42501' });
      await worker.close();
      await queue.obliterate({ force: true });
    } finally {
      await worker.close();
      await queue.close();
    }
  });
});
