import { Redis } from 'ioredis';

/** The Redis of this Jest worker, emptied; undefined where the project under test keeps its queue in PostgreSQL. */
export async function emptyRedisOf(queue: 'postgres' | 'redis'): Promise<string | undefined> {
  if (queue === 'postgres') return undefined;
  const server = process.env['GATEHOUSE_REDIS_URL'];
  if (!server) throw new Error('GATEHOUSE_REDIS_URL is not set: `npm test` starts a Redis and sets it');
  // A database a Jest worker: their queues have the same names.
  const url = new URL(server);
  url.pathname = `/${process.env['JEST_WORKER_ID'] ?? '1'}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  return url.href;
}
