import type { Queue } from 'bullmq';
import type { DatabaseConfig } from '@app/config';
import { createTestDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { openPool, type TestPool } from '../../database/testing/pool.js';
import { PostgresTransport } from './postgres-transport.js';
import { TransportQueue } from './transport-queue.js';

async function withTransport(
  options: { readonly empty?: boolean },
  work: (transport: PostgresTransport, pool: TestPool) => Promise<void>,
): Promise<void> {
  const database: TestDatabase = await createTestDatabase(options);
  const pool = await openPool(database.url);
  try {
    await work(new PostgresTransport(pool.database, { url: database.url } as DatabaseConfig), pool);
  } finally {
    await pool.close();
    await database.drop();
  }
}

describe('the queue in PostgreSQL', () => {
  it('stops a start on a database without its schema, before anything asks for jobs', async () => {
    await withTransport({ empty: true }, async (transport) => {
      await expect(transport.assertUsable()).rejects.toThrow(/not initialized/);
    });
  });

  it('takes jobs from the role of the app, once each id, and makes nothing of its own in the database', async () => {
    await withTransport({}, async (transport, { database }) => {
      await transport.assertUsable();
      const relations = async (): Promise<unknown> =>
        (
          await database.pool.query(
            `SELECT count(*)::int AS count FROM pg_class WHERE relnamespace = 'bullmq'::regnamespace`,
          )
        ).rows;
      const before = await relations();
      const queue: Queue = new TransportQueue('test', { connection: transport as never });
      try {
        await queue.add('test', { a: 1 }, { jobId: 'one-1' });
        await queue.add('test', { a: 1 }, { jobId: 'one-1' });
        await queue.add('test', { a: 1 }, { jobId: 'one-2' });
        expect(await queue.getWaitingCount()).toBe(2);
      } finally {
        await queue.close();
      }
      expect(await relations()).toEqual(before);
    });
  });
});
