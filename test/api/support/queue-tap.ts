import { Redis } from 'ioredis';
import type { App } from '../../support/app.js';

/** Sees everything that goes into an app's queue, on either backend; jobs themselves are gone once they are done. */
export interface QueueTap {
  /** What went in so far, as text. */
  read(): Promise<readonly string[]>;
  close(): void;
}

export function tapQueue(app: App): Promise<QueueTap> {
  return app.redisUrl === undefined ? tapPostgres(app) : tapRedis(app.redisUrl);
}

async function tapPostgres(app: App): Promise<QueueTap> {
  await app.sql(`
    CREATE TABLE testing.queued (row text NOT NULL);
    CREATE FUNCTION testing.keep_queued() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO testing.queued VALUES (NEW::text);
      RETURN NULL;
    END $$`);
  for (const table of ['job', 'event']) {
    await app.sql(`CREATE TRIGGER keep_queued AFTER INSERT OR UPDATE ON bullmq.${table}
      FOR EACH ROW EXECUTE FUNCTION testing.keep_queued()`);
  }
  return {
    read: async () => (await app.sql<{ row: string }>('SELECT row FROM testing.queued')).map(({ row }) => row),
    close: () => undefined,
  };
}

async function tapRedis(url: string): Promise<QueueTap> {
  const redis = new Redis(url);
  const monitor = await redis.monitor();
  const seen: string[] = [];
  const ours = new URL(url).pathname.slice(1);
  monitor.on('monitor', (_time: string, args: string[], _source: string, database: string) => {
    if (database === ours) seen.push(args.join(' '));
  });
  return {
    read: () => Promise.resolve(seen),
    close: () => {
      monitor.disconnect();
      redis.disconnect();
    },
  };
}
