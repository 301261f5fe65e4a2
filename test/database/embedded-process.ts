import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Message {
  readonly url?: string;
  readonly ownerUrl?: string;
  readonly stopped?: boolean;
  readonly error?: string;
}

const root = join(__dirname, '..', '..');

/** embedded-program.ts, running in a process and process group of its own. */
export class EmbeddedProcess {
  private static readonly running = new Set<EmbeddedProcess>();
  private readonly lines: AsyncIterator<string>;
  private readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> }) {
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    this.exited = once(child, 'exit');
    EmbeddedProcess.running.add(this);
  }

  static start(
    role: 'server' | 'guest',
    folder: string,
    user?: { readonly uid: number; readonly gid: number },
  ): EmbeddedProcess {
    const program = ['./test/support/source-process.cjs', './test/database/embedded-program.ts'];
    const child = spawn(process.execPath, [...program, role, folder], {
      ...user,
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new EmbeddedProcess(child);
  }

  /** Kills what a failed test left running. */
  static async clear(): Promise<void> {
    for (const process of EmbeddedProcess.running) await process.kill();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The next thing it says. */
  async says(): Promise<Message> {
    const line = await this.lines.next();
    if (line.done) throw new Error('the process ended without a word');
    return JSON.parse(line.value) as Message;
  }

  /** As a Ctrl-C in its terminal: to every process of its group. */
  async interrupt(): Promise<Message> {
    process.kill(-this.pid, 'SIGINT');
    return this.ended();
  }

  async stop(): Promise<Message> {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    EmbeddedProcess.running.delete(this);
  }

  private async ended(): Promise<Message> {
    const message = await this.says();
    await this.exited;
    EmbeddedProcess.running.delete(this);
    return message;
  }
}
