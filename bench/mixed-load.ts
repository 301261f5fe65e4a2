import { runLoad } from './load/job.js';
import type { TotpUser } from './load/requests.js';
import type { Target } from './operations.js';
import { percentile } from './percentile.js';
import { connections, mixedRate, type Plan } from './plan.js';
import { password, type SeededSessions } from './seed.js';

/** What each kind of request took while all came together. */
export interface MixedLoad {
  /** Requests a second, a login and its code counted apart. */
  readonly perSecond: number;
  readonly latencies: readonly {
    readonly label: string;
    readonly count: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
  }[];
}

/**
 * Open loop: requests are sent when they are due, whether or not earlier ones were answered, and are timed from
 * when they were due. 80 % session checks, 15 % refreshes, 5 % sign-ins with password and TOTP.
 */
export async function mixedLoad(
  { server }: Target,
  { cookies, refreshTokens }: SeededSessions,
  people: readonly TotpUser[],
  plan: Plan,
): Promise<MixedLoad> {
  const { seconds, latencies, byLabel } = await runLoad({
    port: server.port,
    operation: { kind: 'mixed', cookies, refreshTokens, people, password },
    connections: connections.sessions * 2,
    warmUpMs: plan.warmUpMs,
    durationMs: plan.mixedMs,
    rate: mixedRate,
  });
  return {
    perSecond: latencies.length / seconds,
    latencies: Object.entries(byLabel).map(([label, times]) => ({
      label,
      count: times.length,
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
    })),
  };
}
