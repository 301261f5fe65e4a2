import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from './smtp.js';

const root = join(__dirname, '..', '..');

export interface AppProcessOptions {
  /** A program, relative to the repository: `dist/apps/worker/src/main.js`. */
  readonly program: string;
  /** Its GATEHOUSE_ settings; nothing of this process's own is passed on. */
  readonly settings: Readonly<Record<string, string>>;
  /** A line of its log that says it has started. Needs a log level that writes it. */
  readonly started: RegExp;
}

/** A process of the product, from dist, that a test may kill at any moment and start again. */
export class AppProcess {
  /** Everything it wrote, in all its lives. */
  log = '';
  private child: ChildProcess | undefined;

  constructor(private readonly options: AppProcessOptions) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    const from = this.log.length;
    const child = spawn(process.execPath, [join(root, this.options.program)], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...this.options.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => (this.log += part.toString()));
    }
    const started = (): boolean => this.options.started.test(this.log.slice(from));
    await until(`${this.options.program} to start`, () => started() || ended(child), 30_000);
    if (!started()) throw new Error(`${this.options.program} ended at its start:\n${this.log.slice(from)}`);
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
