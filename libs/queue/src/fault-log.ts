import type { Logger } from '@nestjs/common';

const quietMs = 10_000;

/** Logs the faults of a connection: the first at once, then one line in ten seconds for as long as they go on. */
export class FaultLog {
  private quietUntil = 0;
  private unsaid = 0;

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  note(error: unknown): void {
    if (Date.now() < this.quietUntil) {
      this.unsaid += 1;
      return;
    }
    const more = this.unsaid > 0 ? ` (and ${this.unsaid} more)` : '';
    this.logger.warn(`${describe(error)}${more}`);
    this.unsaid = 0;
    this.quietUntil = Date.now() + quietMs;
  }
}

/** An error's message; several connection attempts at once (happy eyeballs) leave it empty and a code behind. */
function describe(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
