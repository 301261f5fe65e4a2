/** What went wrong, seen from the caller. The set is closed: libs/http maps each kind to one HTTP status. */
export type AppErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'expired'
  | 'throttled'
  | 'unavailable'
  | 'upstream'
  | 'internal';

/** One faulty member of the input. `field` is a dotted path into it. */
export interface FieldFault {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

export interface AppErrorOptions {
  /** Seconds after which trying again makes sense; answered as Retry-After. */
  readonly retryAfter?: number;
  readonly faults?: readonly FieldFault[];
  /** Public facts about the fault, answered as extension members of the problem. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error that use cases throw on purpose.
 *
 * `code` is stable and reads `<lib>.<what_happened>`; `detail` is a sentence for the caller's developer and
 * never holds a secret or somebody else's data.
 */
export class AppError extends Error {
  readonly retryAfter: number | undefined;
  readonly faults: readonly FieldFault[];
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    readonly kind: AppErrorKind,
    readonly code: string,
    readonly detail: string,
    options: AppErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.retryAfter = options.retryAfter;
    this.faults = options.faults ?? [];
    this.data = options.data ?? {};
  }
}
