import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** True where the PATH has this program. */
export const onPath = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** All of its environment but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program with an environment of its own: nothing of the test run's settings reaches it. */
export class Program {
  private static readonly running = new Set<Program>();
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  output = '';

  constructor(command: string, args: readonly string[], options: ProgramOptions) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH, HOME, ...certificates(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (part: Buffer) => (this.output += part.toString()));
    }
    this.closed = once(this.child, 'close');
    Program.running.add(this);
    this.closed.catch(() => undefined).finally(() => Program.running.delete(this));
  }

  /** Kills what a failed test left running. */
  static clear(): void {
    for (const program of Program.running) program.child.kill('SIGKILL');
  }

  async finish(): Promise<Finished> {
    await this.closed;
    return { code: this.child.exitCode, output: this.output };
  }

  async stop(): Promise<Finished> {
    this.child.kill('SIGTERM');
    return this.finish();
  }

  /** Resolves with the answer once `url` answers. @throws with the program's output when it ends before. */
  async answers(url: string): Promise<Response> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}:\n${this.output}`);
      const answer = await fetch(url).catch(() => undefined);
      if (answer) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Runs a program to its end. */
export const run = (command: string, args: readonly string[], options: ProgramOptions): Promise<Finished> =>
  new Program(command, args, options).finish();

/** What lets npm reach its registry through the proxies and certificates of this machine. */
function certificates(): Record<string, string> {
  const names = /^(npm_config_\w+|node_extra_ca_certs|https?_proxy|no_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name, value]) => value && names.test(name))) as Record<
    string,
    string
  >;
}
