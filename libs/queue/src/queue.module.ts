import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ConnectionOptions, QueueOptions } from 'bullmq';
import { DatabaseConfig, QueueConfig } from '@app/config';
import { Database } from '@app/database';
import { PostgresTransport } from './postgres-transport.js';
import { QueueTransport } from './queue-transport.js';
import { RedisTransport } from './redis-transport.js';
import { TransportQueue } from './transport-queue.js';
import { TransportWorker } from './transport-worker.js';

// Nest's module takes these for the whole process: they are the same for every transport.
BullModule.queueClass = TransportQueue;
BullModule.workerClass = TransportWorker;

/** Chooses the transport: Redis with REDIS_URL, PostgreSQL without. */
@Global()
@Module({
  providers: [
    {
      provide: QueueTransport,
      inject: [QueueConfig, DatabaseConfig, Database],
      useFactory: (queue: QueueConfig, databaseConfig: DatabaseConfig, database: Database): QueueTransport =>
        queue.redisUrl === undefined
          ? new PostgresTransport(database, databaseConfig)
          : new RedisTransport({ ...queue, redisUrl: queue.redisUrl }),
    },
  ],
  exports: [QueueTransport],
})
class QueueTransportModule implements OnApplicationShutdown {
  constructor(@Inject(QueueTransport) private readonly transport: QueueTransport) {}

  async onApplicationShutdown(): Promise<void> {
    await this.transport.close();
  }
}

/** Makes `BullModule.registerQueue`, `@InjectQueue` and `@Processor` work on either transport. */
@Module({})
export class QueueModule {
  static forRoot(): DynamicModule {
    return {
      module: QueueModule,
      imports: [QueueTransportModule, BullModule.forRootAsync({ inject: [QueueTransport], useFactory: queueOptions })],
    };
  }
}

async function queueOptions(transport: QueueTransport): Promise<QueueOptions> {
  await transport.assertUsable();
  return {
    connection: transport as unknown as ConnectionOptions,
    // The hash tag keeps all keys of the queues in one slot of a Redis Cluster, as BullMQ's scripts need.
    prefix: '{gatehouse}',
    streams: { events: { maxLen: 100 } },
    // The outbox is what tries again, and a kept job would make adding one of the same id a silent no-op.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  };
}
