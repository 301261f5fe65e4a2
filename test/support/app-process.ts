import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './smtp.js';

const root = join(__dirname, '..', '..');

/** An account of this machine. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface AppProcessOptions {
  /** A program, relative to the repository: `dist/apps/worker/src/main.js`. */
  readonly program: string;
  /** Its GATEHOUSE_ settings; nothing of this process's own is passed on. */
  readonly settings: Readonly<Record<string, string>>;
  /** A line of its log that says it has started. Needs a log level that writes it. */
  readonly started: RegExp;
  /** A module, relative to the repository, that is loaded before the program. */
  readonly preload?: string | undefined;
  /** Whom it runs as, if not as the tests: root can lend any account. */
  readonly account?: Account | undefined;
}

/** A process of the product, from dist, that a test may kill at any moment and start again. */
export class AppProcess {
  private static readonly started = new Set<AppProcess>();

  /** Everything it wrote, in all its lives. */
  log = '';
  private child: ChildProcess | undefined;

  constructor(private readonly options: AppProcessOptions) {}

  /** Kills what a failed test left running. */
  static async clear(): Promise<void> {
    await Promise.all([...AppProcess.started].map((process) => process.kill()));
    AppProcess.started.clear();
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    const from = this.log.length;
    const { program, settings, preload, account } = this.options;
    const before = preload === undefined ? [] : ['--import', pathToFileURL(join(root, preload)).href];
    const child = spawn(process.execPath, [...before, join(root, program)], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...(account ? { HOME: account.home } : {}), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    });
    this.child = child;
    AppProcess.started.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => (this.log += part.toString()));
    }
    const started = (): boolean => this.options.started.test(this.log.slice(from));
    await until(`${program} to start`, () => started() || ended(child), 30_000);
    if (!started()) {
      // What it said last may still be on its way.
      await this.exited();
      throw new Error(`${program} ended at its start:\n${this.log.slice(from)}`);
    }
  }

  /** Sends a signal and does not wait for what it does. */
  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  /** Waits for its end by itself, and until all it wrote is in the log. As stop(). */
  async exited(): Promise<number | null> {
    const { child } = this;
    if (!child) return null;
    if (!child.stdout?.closed || !ended(child)) await new Promise((resolve) => child.once('close', resolve));
    return child.exitCode;
  }

  /** Ends it, and resolves with its exit code, or null where the signal ended it. Not running: null. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (!child || ended(child)) return child?.exitCode ?? null;
    const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return exited;
  }

  kill(): Promise<number | null> {
    return this.stop('SIGKILL');
  }
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
