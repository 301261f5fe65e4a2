/** Failures in a row, and how long ago the last of them was. */
export interface FailureState {
  readonly failures: number;
  /** Seconds, by the database. */
  readonly since: number;
}

const longestDelay = 15 * 60;

/**
 * Seconds until the next try: none for the first `free` failures, then 1, 2, 4 … up to 15 minutes after the last one.
 * A delay, never a lock: whoever waits may try.
 */
export function secondsToWait({ failures, since }: FailureState, free: number): number {
  if (failures < free) return 0;
  const delay = Math.min(longestDelay, 2 ** Math.min(failures - free, 30));
  return Math.max(0, Math.ceil(delay - since));
}
