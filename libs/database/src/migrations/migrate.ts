import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { grantToApp, requireRole, roleName } from './grants.js';
import { KnownMigrations, type MigrationClass } from './known-migrations.js';
import { checkQueueSchema, migrateQueueSchema } from './queue-schema.js';
import { schemaState } from './schema-state.js';

export interface MigrationReport {
  /** Names of the migrations that this run applied; empty: there was nothing to do. */
  readonly applied: readonly string[];
}

/** The migrations did not begin, and nothing was changed. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/** Held by the one migrator that runs; differs from the project's other advisory locks. */
const migrationLock = [7163, 3];

const oldestPostgres = 150_000;

const logger = new Logger('Migrations');

/**
 * Brings the database to this code's schema, as the owner role, and grants the app's role what it needs.
 *
 * One run at a time: a second one waits and then finds nothing to do. Each migration is a transaction of its own,
 * so a run that failed goes on where it stopped. Whatever speaks against migrating is found before any change.
 * @throws MigrationRefused on a database newer than this code, a PostgreSQL too old, a missing role.
 */
export async function migrate(
  ownerUrl: string,
  appUrl: string,
  migrations: readonly MigrationClass[],
): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'gatehouse migrate', keepAlive: true });
  let lost: Error | undefined;
  client.on('error', (error) => (lost = error));
  await client.connect();
  try {
    await takeLock(client);
    await refuse(client, new KnownMigrations(migrations), roleName(appUrl));
    const applied = await applyMigrations(ownerUrl, migrations);
    // The lock lives in this session: without it somebody else may be migrating by now.
    if (lost) throw lost;
    await migrateQueueSchema(client);
    await grantToApp(client, roleName(appUrl), logger);
    return { applied };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  const tried = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', migrationLock);
  if (tried.rows[0]?.locked) return;
  logger.log('Another migration is running: waiting for it');
  await client.query('SELECT pg_advisory_lock($1, $2)', migrationLock);
}

async function refuse(client: pg.Client, known: KnownMigrations, appRole: string): Promise<void> {
  const version = await client.query<{ number: number; text: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`,
  );
  const server = version.rows[0];
  if (server === undefined || server.number < oldestPostgres) {
    throw new MigrationRefused(`PostgreSQL ${server?.text ?? 'unknown'} is too old: Gatehouse needs 15 or newer.`);
  }
  const { newer } = await schemaState({ run: async ({ text }) => (await client.query(text)).rows as never }, known);
  if (newer.length > 0) {
    throw new MigrationRefused(
      `The database is newer than this code: it has ${newer.join(', ')}. Nothing was changed. ` +
        'Run the release that made it, or a later one.',
    );
  }
  await checkQueueSchema(client).catch((error: unknown) => {
    throw new MigrationRefused(`The queue's schema cannot be used by this code. Nothing was changed. ${String(error)}`);
  });
  await requireRole(client, appRole).catch((error: unknown) => {
    throw new MigrationRefused((error as Error).message);
  });
}

async function applyMigrations(ownerUrl: string, migrations: readonly MigrationClass[]): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    url: ownerUrl,
    applicationName: 'gatehouse migrate',
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    installExtensions: false,
    logging: false,
    poolErrorHandler: (error: Error) => logger.warn(error.message),
    // DDL that waits for a lock makes everybody wait behind it: rather fail, and be run again.
    extra: { max: 1, keepAlive: true, lock_timeout: 10_000 },
  });
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations();
    for (const migration of applied) logger.log(`Applied ${migration.name}`);
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
