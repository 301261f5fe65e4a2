import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './smtp.js';

/** The redis-server on the PATH; undefined: tests that stop and start one are left out. */
export const redisProgram = findProgram('redis-server', 'valkey-server');

/** A Redis of a test's own, without persistence: what is stopped forgets everything. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly settings: readonly string[],
  ) {}

  /** `cluster`: one node that holds every slot. */
  static async start(options: { readonly cluster?: boolean } = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-redis-'));
    const settings = options.cluster
      ? ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort()), '--cluster-announce-ip', '127.0.0.1']
      : [];
    const server = new RedisServer(await freePort(), folder, settings);
    await server.up();
    if (options.cluster) {
      await server.tell((redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383'));
      await until('the cluster', () =>
        server.tell(async (redis) => String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok')),
      );
    }
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    if (!redisProgram) throw new Error('no redis-server on the PATH');
    const fixed = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    this.child = spawn(redisProgram, [...fixed, '--maxmemory-policy', 'noeviction', ...this.settings], {
      stdio: 'ignore',
    });
    await until('Redis', () => this.tell(async (redis) => (await redis.ping()) === 'PONG').catch(() => false));
  }

  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await closed;
  }

  /** Keeps its connections and answers nothing. */
  suspend(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Loses everything, and goes on. */
  async wipe(): Promise<void> {
    await this.tell((redis) => redis.flushall());
    await this.tell((redis) => redis.script('FLUSH'));
  }

  async tell<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function findProgram(...names: string[]): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
