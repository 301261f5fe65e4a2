import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

export interface CommandOutcome {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of `gatehouse`, from dist, as an operator runs it. */
export class CommandProcess {
  private static readonly running = new Set<CommandProcess>();
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private stdout = '';
  private stderr = '';

  constructor(args: readonly string[], settings: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [join(root, 'dist/apps/cli/src/main.js'), ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', ...settings },
      stdio: 'pipe',
    });
    this.child.stdout?.setEncoding('utf8').on('data', (part: string) => (this.stdout += part));
    this.child.stderr?.setEncoding('utf8').on('data', (part: string) => (this.stderr += part));
    this.closed = once(this.child, 'close').finally(() => CommandProcess.running.delete(this));
    CommandProcess.running.add(this);
  }

  /** Kills what a failed test left running. */
  static clear(): void {
    for (const command of CommandProcess.running) command.child.kill('SIGKILL');
  }

  /** Gives it a file as its standard input. */
  feed(path: string): void {
    if (this.child.stdin) createReadStream(path).pipe(this.child.stdin);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  async finished(): Promise<CommandOutcome> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}
