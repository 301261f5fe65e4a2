import { setTimeout as wait } from 'node:timers/promises';

/** What runs in this process, as far as its end is concerned. */
export interface Running {
  /** Readiness says no from now on; everything is still served. */
  drain(): void;
  /** Takes nothing new, finishes what is in flight, then closes pools. */
  close(): Promise<void>;
  /** Cuts what is still in flight. */
  abort(): void;
}

/** A pino logger is one. */
export interface ProcessLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  fatal(facts: object, message: string): void;
}

export interface RunProcessOptions {
  readonly start: () => Promise<Running>;
  readonly log: ProcessLog;
  /** Writes out the log's last lines. */
  readonly flush: () => void;
  /** Tells the person at the terminal, in words, why it does not start. */
  readonly tell?: (reason: string) => void;
  readonly drainMs: number;
  /** From the signal to the latest end of the process. */
  readonly shutdownTimeoutMs: number;
}

const signals = { SIGTERM: 143, SIGINT: 130 } as const;

/** For pools and files to close after connections were cut. */
const cleanUpMs = 1_000;
/** A process whose state is unknown serves nobody for long. */
const faultTimeoutMs = 5_000;

/**
 * Starts, and ends in order: on SIGTERM or SIGINT readiness says no at once, drainMs later nothing new is accepted,
 * what is in flight is finished within the deadline, pools are closed, exit 0. A second signal ends at once.
 * An error that nobody caught is logged and ends the process, in order but without draining, with 1.
 */
export async function runProcess(options: RunProcessOptions): Promise<void> {
  const life = new Life(options);
  for (const signal of Object.keys(signals) as (keyof typeof signals)[]) {
    process.on(signal, () => life.signalled(signal));
  }
  process.on('uncaughtException', (error, origin) => life.failed(error, origin));
  // Without a listener Node turns it into an uncaughtException, whose origin then tells them apart.
  await life.start();
}

class Life {
  private running: Running | undefined;
  private ending = false;

  constructor(private readonly options: RunProcessOptions) {}

  async start(): Promise<void> {
    try {
      this.running = await this.options.start();
    } catch (error) {
      this.options.log.fatal({ err: error }, 'cannot start');
      this.options.tell?.(error instanceof Error ? error.message : String(error));
      this.exit(1);
      return;
    }
    // A signal that came while starting waited for this.
    if (this.ending) await this.end(0, this.options.shutdownTimeoutMs);
  }

  signalled(signal: keyof typeof signals): void {
    if (this.ending) {
      this.options.log.warn({ signal }, 'second signal: ending at once');
      this.exit(signals[signal]);
      return;
    }
    this.ending = true;
    this.options.log.info({ signal, drainMs: this.options.drainMs }, 'shutting down');
    if (this.running) void this.drainAndEnd(this.running);
  }

  failed(error: unknown, origin: string): void {
    this.options.log.fatal({ err: error, origin }, 'nobody caught this error; ending');
    if (this.ending || !this.running) {
      this.exit(1);
      return;
    }
    this.ending = true;
    this.running.drain();
    void this.end(1, Math.min(faultTimeoutMs, this.options.shutdownTimeoutMs));
  }

  private async drainAndEnd(running: Running): Promise<void> {
    running.drain();
    await wait(this.options.drainMs);
    await this.end(0, Math.max(cleanUpMs, this.options.shutdownTimeoutMs - this.options.drainMs));
  }

  private async end(code: number, timeoutMs: number): Promise<void> {
    const overdue = setTimeout(() => this.cut(), Math.max(0, timeoutMs - cleanUpMs));
    const tooLate = setTimeout(() => this.exit(1), timeoutMs);
    try {
      await this.running?.close();
    } catch (error) {
      this.options.log.fatal({ err: error }, 'closing failed');
      code = 1;
    }
    clearTimeout(overdue);
    clearTimeout(tooLate);
    this.options.log.info({}, 'stopped');
    this.exit(code);
  }

  private cut(): void {
    this.options.log.warn({}, 'requests are still in flight at the deadline: cutting them');
    this.running?.abort();
  }

  private exit(code: number): void {
    this.options.flush();
    process.exit(code);
  }
}
