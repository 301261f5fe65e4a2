import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, superuser } from '../../libs/database/src/embedded/cluster.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';

/** The PostgreSQL server that a test run uses. */
export interface PostgresServer {
  /** As a superuser, on the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Speed instead of durability: the data live as long as the run. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  autovacuum: 'off',
};

const password = 'only-for-tests';

/** Starts a PostgreSQL of its own in a temporary folder, as root and as an ordinary user. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  chmodSync(folder, 0o755);
  const cluster = new Cluster(join(folder, 'postgres'));
  const stop = async (): Promise<void> => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await cluster.create(password, { durable: false });
    const port = await usablePort(0);
    await cluster.launch(port, settings);
    return { url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
