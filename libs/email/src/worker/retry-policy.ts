const longestMs = 6 * 3_600_000;
const spread = 0.25;

/**
 * Ms until the next attempt: twice as long after each, at most six hours, and a quarter more or less by chance, so
 * that a server that comes back is not met by all waiting mails at once.
 */
export function retryDelay(attempt: number, baseMs: number, random: number = Math.random()): number {
  const delay = Math.min(longestMs, baseMs * 2 ** (attempt - 1));
  return Math.round(delay * (1 - spread + 2 * spread * random));
}
