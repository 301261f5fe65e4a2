import { Redis } from 'ioredis';

/** Installations that this suite has started: each has a Redis database of its own, since their queues have the same names. */
let started = 0;

/**
 * A Redis database for one more installation, emptied; undefined where the project under test keeps its queue in
 * PostgreSQL. Of the sixteen that a Redis has, each of four Jest workers uses four in turn.
 */
export async function emptyRedisOf(queue: 'postgres' | 'redis'): Promise<string | undefined> {
  if (queue === 'postgres') return undefined;
  const server = process.env['GATEHOUSE_REDIS_URL'];
  if (!server) throw new Error('GATEHOUSE_REDIS_URL is not set: `npm test` starts a Redis and sets it');
  const url = new URL(server);
  const worker = (Number(process.env['JEST_WORKER_ID'] ?? '1') - 1) % 4;
  url.pathname = `/${worker * 4 + (started++ % 4)}`;
  const redis = new Redis(url.href);
  try {
    await empty(redis);
  } finally {
    redis.disconnect();
  }
  return url.href;
}

const mark = 'gatehouse-tests-may-empty-this';

/** Only what tests have filled: GATEHOUSE_REDIS_URL may name a Redis that somebody needs. */
async function empty(redis: Redis): Promise<void> {
  if ((await redis.dbsize()) > 0 && !(await redis.exists(mark))) {
    throw new Error('This Redis database is not empty, and not of our tests: name another by GATEHOUSE_REDIS_URL');
  }
  await redis.flushdb();
  await redis.set(mark, '');
}
