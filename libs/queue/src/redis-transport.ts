import { createRedisBackend, type ConnectionOptions, type RedisOptions } from 'bullmq';
import { Cluster } from 'ioredis';
import type { QueueConfig } from '@app/config';
import { type QueueBackendFactory, QueueTransport } from './queue-transport.js';

const reconnect = (attempt: number): number => Math.min(attempt * 100, 1_000);

/** A producer's command fails while Redis is away: the outbox keeps the row and tries again. */
const failFast: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 3_000,
  connectTimeout: 3_000,
  retryStrategy: reconnect,
};

/** A consumer has nothing better to do than to wait. */
const patient: RedisOptions = { maxRetriesPerRequest: null, connectTimeout: 3_000, retryStrategy: reconnect };

/** The queue in Redis, or in a Redis Cluster. */
export class RedisTransport extends QueueTransport {
  override readonly mayStartWithout = true;
  private readonly clusters: Cluster[] = [];

  constructor(private readonly config: QueueConfig & { readonly redisUrl: string }) {
    super();
  }

  override readonly producer: QueueBackendFactory = (name, options, factoryOptions) =>
    createRedisBackend(name, { ...options, connection: this.connection(failFast) }, factoryOptions);

  override readonly consumer: QueueBackendFactory = (name, options, factoryOptions) =>
    createRedisBackend(name, { ...options, connection: this.connection(patient) }, factoryOptions);

  override async assertUsable(): Promise<void> {}

  override async close(): Promise<void> {
    for (const cluster of this.clusters) cluster.disconnect();
  }

  private connection(options: RedisOptions): ConnectionOptions {
    if (!this.config.redisCluster) return { url: this.config.redisUrl, ...options };
    const { hostname, port, username, password, protocol } = new URL(this.config.redisUrl);
    const cluster = new Cluster([{ host: hostname, port: Number(port || 6379) }], {
      enableOfflineQueue: options.enableOfflineQueue ?? true,
      clusterRetryStrategy: reconnect,
      redisOptions: {
        ...options,
        username: decodeURIComponent(username),
        password: decodeURIComponent(password),
        ...(protocol === 'rediss:' ? { tls: {} } : {}),
      },
    });
    // BullMQ leaves a connection that it did not make open, and an 'error' without a listener ends the process.
    cluster.on('error', () => undefined);
    this.clusters.push(cluster);
    return cluster;
  }
}
