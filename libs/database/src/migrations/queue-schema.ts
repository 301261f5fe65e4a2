import type { Client } from 'pg';

/** The schema that holds the queue when there is no Redis. */
export const queueSchema = 'bullmq';

/** Loaded by who migrates: every other start would load BullMQ for nothing, a sixth of the start of an API. */
const bullmq = () => import('./bullmq.js');

/** @throws when a newer major version of BullMQ has migrated the queue's schema. A missing schema is fine. */
export async function checkQueueSchema(client: Client): Promise<void> {
  const { assertSchemaCompatibility, SchemaMigrationRequiredError } = await bullmq();
  try {
    await assertSchemaCompatibility(client, queueSchema);
  } catch (error) {
    if (!(error instanceof SchemaMigrationRequiredError)) throw error;
  }
}

/**
 * Makes or upgrades the queue's schema; BullMQ runs its own transaction and ledger.
 *
 * At work BullMQ makes a sequence for jobs without an id, and for every addBulk. That is DDL, which the app's role
 * may not do: jobs are added one at a time, each with an id.
 */
export async function migrateQueueSchema(client: Client): Promise<void> {
  const { runMigrations } = await bullmq();
  await runMigrations(client, queueSchema);
}
