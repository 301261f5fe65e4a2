import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Cluster, superuser } from '../libs/database/src/embedded/cluster.js';
import { usablePort } from '../libs/database/src/embedded/port.js';
import { migrate } from '../libs/database/src/migrations/migrate.js';
import { migrations } from '../migrations/index.js';

export interface BenchDatabase {
  /** What PostgreSQL calls itself, and whether it is durable. */
  readonly description: string;
  /** As the app's role. */
  readonly url: string;
  readonly ownerUrl: string;
  stop(): Promise<void>;
}

/**
 * A migrated database of its own: on the server of GATEHOUSE_BENCH_DATABASE_URL (as a role that may create
 * databases and roles), else on an embedded PostgreSQL in a temporary folder, with fsync on as it is by default.
 */
export async function benchDatabase(serverUrl: string | undefined): Promise<BenchDatabase> {
  const server = serverUrl === undefined ? await ownServer() : { url: serverUrl, stop: async () => undefined };
  const name = `gatehouse_bench_${randomBytes(4).toString('hex')}`;
  const [owner, app] = [`${name}_owner`, `${name}_app`];
  const drop = async (): Promise<void> => {
    if (serverUrl === undefined) return server.stop();
    await run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `DROP ROLE ${owner}`, `DROP ROLE ${app}`);
  };
  try {
    const roles = [owner, app].map((role) => `CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
    await run(server.url, ...roles, `CREATE DATABASE ${name} OWNER ${owner} TEMPLATE template0 ENCODING 'UTF8'`);
    const [url, ownerUrl] = [urlOf(server.url, name, app), urlOf(server.url, name, owner)];
    await migrate(ownerUrl, url, migrations);
    return { description: await describe(server.url), url, ownerUrl, stop: drop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function ownServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  chmodSync(folder, 0o755);
  const cluster = new Cluster(join(folder, 'postgres'));
  const password = randomBytes(12).toString('hex');
  const stop = async (): Promise<void> => {
    process.off('exit', abandon);
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is interrupted ends its server too.
  const abandon = (): void => {
    const server = cluster.running();
    if (server) process.kill(server.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  try {
    await cluster.create(password, { durable: true });
    const port = await usablePort(0);
    await cluster.launch(port, { listen_addresses: '127.0.0.1', unix_socket_directories: '' });
    return { url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function describe(url: string): Promise<string> {
  const [row] = await run(
    url,
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commits`,
  );
  return `PostgreSQL ${String(row?.['version'])}, fsync ${String(row?.['fsync'])}, synchronous_commit ${String(row?.['commits'])}`;
}

const run = (url: string, ...statements: string[]): Promise<Record<string, unknown>[]> =>
  connected(url, async (client) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  });

/** Runs work on a connection of its own. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(serverUrl: string, database: string, role: string): string {
  const url = new URL(serverUrl);
  url.username = role;
  url.password = role;
  url.pathname = `/${database}`;
  return url.href;
}
