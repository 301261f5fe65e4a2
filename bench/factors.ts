import { runLoad } from './load/job.js';
import type { Operation } from './load/requests.js';
import type { Measured } from './operations.js';
import { percentile } from './percentile.js';
import { connections, factorRate, type Plan } from './plan.js';
import type { SecondFactorSeed } from './second-factors.js';
import type { ServerProcess } from './server-process.js';

export interface FactorCosts {
  readonly totp: Measured;
  readonly passkey: Measured;
}

/** So many verifications of each kind are asked for. */
export const verificationsNeeded = (plan: Plan): number =>
  Math.ceil(((plan.warmUpMs + plan.factorMs) / 1000 + 1) * factorRate);

/** Each verification needs a challenge, and a code works once: so they come at a rate, not as fast as can be. */
export async function measureFactors(server: ServerProcess, seed: SecondFactorSeed, plan: Plan): Promise<FactorCosts> {
  return {
    totp: await measure(server, { kind: 'TOTP verification', challenges: seed.totpChallenges }, plan),
    passkey: await measure(server, { kind: 'passkey verification', answers: seed.passkeyAnswers }, plan),
  };
}

async function measure(server: ServerProcess, operation: Operation, plan: Plan): Promise<Measured> {
  let [before, after] = [0, 0];
  const { seconds, latencies } = await runLoad(
    {
      port: server.port,
      operation,
      connections: connections.sessions,
      warmUpMs: plan.warmUpMs,
      durationMs: plan.factorMs,
      rate: factorRate,
    },
    (phase) => {
      if (phase === 'begin') before = server.cpuMicroseconds;
      else after = server.cpuMicroseconds;
    },
  );
  return {
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicroseconds: (after - before) / latencies.length,
  };
}
