import type { Config } from '@app/config';

export interface Command {
  /** One word, or two. */
  readonly name: string;
  /** One line for the usage text. */
  readonly summary: string;
  /** What `--help` shows, where there is more to say. */
  readonly usage?: string;
  /**
   * Rejects where it could not do what it was asked to.
   * @param args what follows the name
   * @returns the exit code, where it has more to say than 0
   */
  run(config: Config, args: readonly string[]): Promise<number | void>;
}

/** Arguments that a command does not take; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
