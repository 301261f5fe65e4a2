import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, superuser } from '../../libs/database/src/embedded/cluster.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  /** As a superuser, on the database `postgres`. */
  readonly url: string;
  /** Ends the server as an operator would; its data and its port stay. */
  halt(): Promise<void>;
  /** Starts it again where it was. */
  resume(): Promise<void>;
  /** Ends it for good. */
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
    process.off('exit', abandon);
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is interrupted has no teardown.
  const abandon = (): void => {
    const server = cluster.running();
    if (server) process.kill(server.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  try {
    await cluster.create(password, { durable: false });
    const port = await usablePort(0);
    const resume = async (): Promise<void> => {
      await cluster.launch(port, settings);
    };
    await resume();
    return {
      url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`,
      halt: () => cluster.stop(),
      resume,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
