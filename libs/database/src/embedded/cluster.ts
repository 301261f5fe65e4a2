import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type PostgresBinaries, postgresBinaries } from './binaries.js';
import { isAlive, isPostmaster, readPostmasterFile } from './postmaster-file.js';
import { reachableHome } from './reachable-binaries.js';
import { type ServerAccount, serverAccount } from './server-account.js';
import { rotatedLogSize, tailOf } from './server-log.js';

export const superuser = 'postgres';

/** A PostgreSQL cluster in a folder of its own: `data` is PostgreSQL's, `server.log` what it said. */
export class Cluster {
  readonly dataFolder: string;
  readonly logFile: string;
  private readonly binaries: PostgresBinaries;
  private readonly account: ServerAccount | undefined;
  private readonly home: string;

  /** @throws when there are no PostgreSQL programs, no account to run them as, or the folder is somebody else's. */
  constructor(readonly folder: string) {
    refuseForeign(folder);
    this.dataFolder = join(folder, 'data');
    this.logFile = join(folder, 'server.log');
    this.binaries = postgresBinaries();
    this.account = serverAccount(this.dataFolder);
    this.home = reachableHome(this.binaries, this.account);
  }

  /** @throws when another major version made the data: PostgreSQL cannot open them then. */
  checkMajor(): void {
    const found = readFileSync(join(this.dataFolder, 'PG_VERSION'), 'utf8').trim();
    const { major } = this.binaries;
    if (found !== major) throw new Error(otherMajor(this.dataFolder, found, major));
  }

  exists(): boolean {
    return existsSync(join(this.dataFolder, 'PG_VERSION'));
  }

  /**
   * Makes the cluster. It appears whole or not at all: a run that was killed leaves only a folder to clear away,
   * and of two runs at once one wins.
   */
  async create(password: string, options: { readonly durable: boolean }): Promise<void> {
    const staging = join(this.folder, `new-${process.pid}`);
    const passwordFile = join(this.folder, `password-${process.pid}`);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.giveAway(this.folder);
    this.clearAbandoned();
    mkdirSync(staging, { mode: 0o700 });
    this.giveAway(staging);
    writeFileSync(passwordFile, password, { mode: 0o600 });
    this.giveAway(passwordFile);
    try {
      await this.initialise(staging, passwordFile, options.durable);
      renameSync(staging, this.dataFolder);
    } catch (error) {
      if (!this.exists()) throw error;
    } finally {
      rmSync(passwordFile, { force: true });
      rmSync(staging, { recursive: true, force: true });
    }
  }

  /**
   * Starts the server in a process group of its own: a Ctrl-C in the terminal reaches Gatehouse alone, which
   * closes its pools first. Resolves with its process id once it accepts connections.
   * @throws Error with the end of the server's log when it exits early.
   */
  async launch(port: number, settings: Readonly<Record<string, string>>): Promise<number> {
    const logStart = rotatedLogSize(this.logFile);
    const log = openSync(this.logFile, 'a', 0o600);
    this.giveAway(this.logFile);
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(
      join(this.home, 'bin', 'postgres'),
      ['-D', this.folderArgument(this.dataFolder), '-p', String(port), ...flags],
      { ...this.account, cwd: this.dataFolder, env: environment, detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    const exited = once(child, 'exit').then(
      () => 'it ended early',
      (error: unknown) => String(error),
    );
    child.unref();
    for (;;) {
      const file = readPostmasterFile(this.dataFolder);
      if (file?.pid === child.pid && file?.status === 'ready') return file.pid;
      const reason = await Promise.race([exited, wait(15, undefined)]);
      if (reason !== undefined) {
        throw new Error(`The embedded PostgreSQL did not start: ${reason}\n${tailOf(this.logFile, logStart)}`);
      }
    }
  }

  /** The process id and port of the server that runs on this cluster, whoever started it. */
  running(): { readonly pid: number; readonly port: number } | undefined {
    const file = readPostmasterFile(this.dataFolder);
    return file !== undefined && isPostmaster(file.pid, this.dataFolder) ? file : undefined;
  }

  /** True where the last server neither runs nor ended in order. */
  crashed(): boolean {
    return readPostmasterFile(this.dataFolder) !== undefined && this.running() === undefined;
  }

  /**
   * PostgreSQL takes the file of a dead server away by itself, but not one whose process id belongs to another
   * program by now (after a restart of the machine or container): it would refuse to start.
   */
  clearStaleFile(): void {
    const file = readPostmasterFile(this.dataFolder);
    if (file === undefined || !isAlive(file.pid) || isPostmaster(file.pid, this.dataFolder)) return;
    rmSync(join(this.dataFolder, 'postmaster.pid'), { force: true });
  }

  /** Ends the server by a fast shutdown, which closes every connection; after 20 s by an immediate one. */
  async stop(): Promise<void> {
    for (const [signal, patience] of [
      ['SIGINT', 20_000],
      ['SIGQUIT', 5_000],
      ['SIGKILL', 5_000],
    ] as const) {
      const server = this.running();
      if (server === undefined) return;
      process.kill(server.pid, signal);
      for (const end = Date.now() + patience; Date.now() < end; await wait(10)) {
        if (this.running()?.pid !== server.pid) return;
      }
    }
  }

  private async initialise(folder: string, passwordFile: string, durable: boolean): Promise<void> {
    const child = spawn(
      join(this.home, 'bin', 'initdb'),
      [
        '-D',
        this.folderArgument(folder),
        `--pwfile=${this.byWorkingDirectory ? `/proc/self/cwd/${relative(folder, passwordFile)}` : passwordFile}`,
        `--username=${superuser}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...this.account, cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`The embedded PostgreSQL could not be made:\n${output.trim()}`);
  }

  /**
   * How the server is told its folder. Lent another account by root, it may have no way there by path (below
   * /root); its working directory, set before the account changes, always leads there.
   */
  private folderArgument(folder: string): string {
    return this.byWorkingDirectory ? '/proc/self/cwd' : folder;
  }

  private get byWorkingDirectory(): boolean {
    return this.account !== undefined && process.platform === 'linux';
  }

  private giveAway(path: string): void {
    if (this.account) chownSync(path, this.account.uid, this.account.gid);
  }

  /** What first starts that were killed have left. */
  private clearAbandoned(): void {
    for (const name of readdirSync(this.folder)) {
      const maker = /^(?:new|password)-(\d+)$/.exec(name)?.[1];
      if (maker === undefined || (Number(maker) !== process.pid && isAlive(Number(maker)))) continue;
      rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }
}

function refuseForeign(folder: string): void {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  const self = process.getuid?.();
  if (owner === undefined || self === undefined || self === 0 || self === owner) return;
  throw new Error(
    `${folder} belongs to another user (id ${owner}): start Gatehouse as that user or as root, or give it a folder ` +
      'of its own by GATEHOUSE_DATA_DIR.',
  );
}

const otherMajor = (folder: string, found: string, major: string): string =>
  `${folder} was made by PostgreSQL ${found}; this release brings PostgreSQL ${major}, which cannot open it. Nothing ` +
  `was changed. The way out: run the release that made it, dump its database with pg_dump (database.json beside it ` +
  `holds port and passwords), move the folder aside, start this release once and restore the dump with pg_restore. ` +
  `Or run pg_upgrade from ${found} to ${major} on the folder.`;

/** Nothing of ours: PGDATA, PGPORT and the like would change what is started. */
const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
