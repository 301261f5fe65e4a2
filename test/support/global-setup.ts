import { Logger } from '@nestjs/common';
import { prepareServer } from './databases.js';
import { startPostgres } from './postgres-server.js';

/**
 * Starts the run's PostgreSQL (or takes the one of GATEHOUSE_TEST_DATABASE_URL, a superuser's URL) and migrates the
 * template of all test databases.
 */
export default async function globalSetup(): Promise<void> {
  Logger.overrideLogger(['warn', 'error']);
  const existing = process.env['GATEHOUSE_TEST_DATABASE_URL'];
  // Not a setting of the product: a process started by a test must not find it.
  delete process.env['GATEHOUSE_TEST_DATABASE_URL'];
  const server =
    existing === undefined ? await startPostgres() : { url: existing, stop: async (): Promise<void> => undefined };
  (globalThis as { testPostgres?: { stop(): Promise<void> } }).testPostgres = server;
  await prepareServer(server.url);
}
