import type { Config } from '@app/config';

export interface Command {
  readonly name: string;
  /** One line for the usage text. */
  readonly summary: string;
  /** Rejects where it could not do what it was asked to. */
  run(config: Config): Promise<void>;
}
