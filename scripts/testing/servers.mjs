import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const started = new Set();

/** A TCP port of the loopback address that nobody listens on now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts redis-server without persistence on a port of its own. @returns its URL */
export async function startRedis(program) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
    databases: 256,
  };
  await run(
    program,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { port, folder },
  );
  return `redis://127.0.0.1:${port}`;
}

/** Starts a PostgreSQL cluster of its own in a temporary folder. @returns the URL of its superuser */
export async function startPostgres(programs) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'));
  const owner = process.getuid?.() === 0 ? userIds('postgres') : {};
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  // Not C: lower() and search would know ASCII only.
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
  const init = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', `--locale=${locale}`, '--no-sync'];
  const made = spawnSync(join(programs, 'initdb'), init, { ...owner, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: 200,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await run(join(programs, 'postgres'), ['-D', data, ...flags], { port, folder, options: { ...owner, cwd: folder } });
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

function userIds(name) {
  const id = (flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout || NaN);
  const ids = { uid: id('-u'), gid: id('-g') };
  if (!Number.isInteger(ids.uid)) throw new Error(`PostgreSQL does not run as root, and there is no user ${name}`);
  return ids;
}

async function run(program, args, { port, folder, options }) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (log = (log + part).slice(-4000)));
  const server = { child, folder, ended: false };
  child.on('error', (error) => (log += error.message));
  child.on('close', () => (server.ended = true));
  started.add(server);
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (server.ended || tries > 200) throw new Error(`${program} did not start:\n${log}`);
    await sleep(50);
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

/** Ends what this process started and removes its folders. */
export async function stopServers() {
  for (const server of started) {
    if (!server.ended) {
      const closed = new Promise((resolve) => server.child.once('close', resolve));
      // SIGINT: PostgreSQL's "fast" shutdown; Redis ends on it as well.
      server.child.kill('SIGINT');
      await closed;
    }
    rmSync(server.folder, { recursive: true, force: true });
    started.delete(server);
  }
}
