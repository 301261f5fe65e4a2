import { ConfigurationModule, loadConfig } from '@app/config';
import { Database, DatabaseModule, SchemaState, Transactions } from '@app/database';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, prepareServer } from '../support/databases.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';

const one = { name: 'test.one', text: 'SELECT 1 AS one' };

describe('DatabaseModule', () => {
  let server: PostgresServer | undefined;
  let app: TestingModule | undefined;
  let database: Database;
  let transactions: Transactions;
  let schema: SchemaState;
  let started = 0;

  // A server of its own, which it stops; its clones are made there as well.
  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startPostgres();
    await prepareServer(server.url);
    const { url } = await createTestDatabase();
    const config = loadConfig({
      GATEHOUSE_DATABASE_URL: url,
      GATEHOUSE_SECRET_KEY: 'x'.repeat(40),
      GATEHOUSE_ENCRYPTION_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
      GATEHOUSE_SMTP_HOST: 'localhost',
      GATEHOUSE_SMTP_FROM: 'spec@localhost',
    });
    await server.halt();
    const compiling = Test.createTestingModule({
      imports: [ConfigurationModule.forRoot(config), DatabaseModule.forRoot({ entities: [], migrations })],
    }).compile();
    const began = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.resume();
    app = await compiling;
    started = Date.now() - began;
    database = app.get(Database);
    transactions = app.get(Transactions);
    schema = app.get(SchemaState);
  }, 60_000);

  afterAll(async () => {
    await app?.close();
    await server?.stop();
  });

  it('waits at the start for a database that is still starting', () => {
    expect(started).toBeGreaterThan(300);
  });

  it('finds the schema current', async () => {
    expect(await schema.read()).toMatchObject({ current: true, missing: [] });
  });

  it('recovers in the same process when PostgreSQL was restarted, with connections idle, busy and in a transaction', async () => {
    await Promise.all(Array.from({ length: 8 }, () => database.run(one)));
    const sleep = { name: 'test.sleep', text: 'SELECT pg_sleep(5)' };
    const unavailable = { kind: 'unavailable', code: 'database.unavailable' };
    const busy = expect(database.run(sleep)).rejects.toMatchObject(unavailable);
    const open = expect(transactions.run((tx) => tx.run(sleep))).rejects.toMatchObject(unavailable);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server?.halt();
    await Promise.all([busy, open]);
    const began = Date.now();
    await expect(database.run(one)).rejects.toMatchObject(unavailable);
    await expect(transactions.run((tx) => tx.run(one))).rejects.toMatchObject(unavailable);
    expect(Date.now() - began).toBeLessThan(5_000);
    await server?.resume();
    await expect(Promise.all(Array.from({ length: 20 }, () => database.run(one)))).resolves.toHaveLength(20);
    await expect(transactions.run((tx) => tx.run(one))).resolves.toEqual([{ one: 1 }]);
  });

  it('is told apart in pg_stat_activity and bounded in every wait', async () => {
    const [row] = await database.run({
      name: 'test.settings',
      text: `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
        current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`,
    });
    expect(row).toEqual({ name: 'gatehouse', statement: '10s', lock: '5s', idle: '15s' });
  });
});
