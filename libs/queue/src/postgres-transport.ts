import { assertSchemaCompatibility, createPostgresBackend, type PostgresPoolConfig } from 'bullmq';
import type { DatabaseConfig } from '@app/config';
import { type Database, PooledClient } from '@app/database';
import { type QueueBackendFactory, QueueTransport } from './queue-transport.js';

const schema = 'bullmq';

/** The queue in PostgreSQL, in its own schema and on its own connections. Migrations make the schema. */
export class PostgresTransport extends QueueTransport {
  override readonly mayStartWithout = false;

  constructor(
    private readonly database: Database,
    private readonly config: DatabaseConfig,
  ) {
    super();
  }

  override readonly producer: QueueBackendFactory = (name, options, factoryOptions) =>
    createPostgresBackend(name, { ...options, connection: this.connection() }, factoryOptions);

  override readonly consumer = this.producer;

  /**
   * Checked before a Queue exists: BullMQ remembers a failed first connection for good, and a Worker on a missing
   * schema asks for jobs without a pause.
   */
  override async assertUsable(): Promise<void> {
    const client = await this.database.pool.connect();
    try {
      await assertSchemaCompatibility(client, schema);
    } finally {
      client.release();
    }
  }

  override async close(): Promise<void> {}

  /** Each backend has a pool of its own; two connections carry 2,000 jobs a second. */
  private connection(): PostgresPoolConfig {
    if (this.config.url === undefined) throw new Error('DatabaseConfig.url is not set: start EmbeddedPostgres first');
    return {
      connectionString: this.config.url,
      schema,
      max: 2,
      Client: PooledClient,
      application_name: 'gatehouse queue',
      connectionTimeoutMillis: 2_000,
      query_timeout: 12_000,
      statement_timeout: 10_000,
      keepAlive: true,
    };
  }
}
