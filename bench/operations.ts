import { Connection } from './load/connection.js';
import { runLoad } from './load/job.js';
import { type Operation, refresh } from './load/requests.js';
import { connections, type Plan, tokensInUse } from './plan.js';
import { percentile } from './percentile.js';
import { password, type SeededSessions } from './seed.js';
import type { ServerProcess } from './server-process.js';

/** What the floor does too. */
export const operationKinds = [
  'check by cookie',
  'check by Bearer, first sight',
  'check by Bearer, seen before',
  'refresh',
  'login',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** A server and what to load it with. */
export interface Target {
  readonly server: ServerProcess;
  readonly emails: readonly string[];
  readonly cookies: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly accessTokens: readonly string[];
}

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server's process a request, in microseconds. */
  readonly cpuMicroseconds: number;
}

/** Swaps every refresh token once, as a client would, for the access tokens of the Bearer checks. */
export async function target(
  server: ServerProcess,
  emails: readonly string[],
  seeded: SeededSessions,
): Promise<Target> {
  const pairs: { accessToken: string; refreshToken: string }[] = [];
  const tokens = [...seeded.refreshTokens];
  const work = async (): Promise<void> => {
    const connection = await Connection.open(server.port);
    for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
      const { status, body } = await connection.send(refresh(token));
      if (status !== 200) throw new Error(`refresh: ${status} ${body}`);
      pairs.push(JSON.parse(body) as (typeof pairs)[number]);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return {
    server,
    emails,
    cookies: seeded.cookies,
    accessTokens: pairs.map(({ accessToken }) => accessToken),
    refreshTokens: pairs.map(({ refreshToken }) => refreshToken),
  };
}

/** What one server is asked for in a round. */
export interface Loaded {
  readonly server: ServerProcess;
  operation(round: number): Operation;
}

/** As inTurn(), of an operation that the floor takes too. Gives one result a target, in their order. */
export function measureOperation(
  kind: OperationKind,
  targets: readonly Target[],
  plan: Plan,
  eachRound?: () => Promise<void>,
): Promise<Measured[]> {
  const loaded = targets.map((each) => ({
    server: each.server,
    operation: (round: number) => operation(kind, each, round, plan.rounds),
  }));
  const pace = kind === 'login' ? plan.loginMs : plan.checkMs;
  return inTurn(loaded, plan, pace, kind === 'login' ? connections.passwords : connections.sessions, eachRound);
}

/**
 * Measures one operation on several servers in turn, round by round: a machine that is slow for a while is slow for
 * all of them. Gives one result a server, in their order. `eachRound` is for what is measured beside them.
 */
export async function inTurn(
  servers: readonly Loaded[],
  plan: Plan,
  durationMs: number,
  connectionCount: number,
  eachRound: () => Promise<void> = async () => undefined,
): Promise<Measured[]> {
  const sums = servers.map(() => ({ seconds: 0, cpu: 0, latencies: [] as number[] }));
  for (let round = 0; round < plan.rounds; round += 1) {
    await eachRound();
    const turns = servers.map((each, at) => ({ each, sum: sums[at] as (typeof sums)[number] }));
    if (round % 2 === 1) turns.reverse();
    for (const { each, sum } of turns) {
      let [before, after] = [0, 0];
      const { seconds, latencies } = await runLoad(
        {
          port: each.server.port,
          operation: each.operation(round),
          connections: connectionCount,
          warmUpMs: plan.warmUpMs,
          durationMs,
        },
        (phase) => {
          if (phase === 'begin') before = each.server.cpuMicroseconds;
          else after = each.server.cpuMicroseconds;
        },
      );
      sum.seconds += seconds;
      sum.cpu += after - before;
      for (const latency of latencies) sum.latencies.push(latency);
    }
  }
  return sums.map(({ seconds, cpu, latencies }) => ({
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicroseconds: cpu / latencies.length,
  }));
}

function operation(kind: OperationKind, each: Target, round: number, rounds: number): Operation {
  switch (kind) {
    case 'login':
      return { kind, emails: each.emails, password };
    case 'check by cookie':
      return { kind, cookies: each.cookies };
    case 'check by Bearer, first sight':
      // More than are remembered, one after the other: each is forgotten before its turn comes again.
      return { kind, accessTokens: each.accessTokens };
    case 'check by Bearer, seen before':
      return { kind, accessTokens: each.accessTokens.slice(0, tokensInUse) };
    case 'refresh': {
      // A token works once: each round has families of its own.
      const share = Math.floor(each.refreshTokens.length / rounds);
      return { kind, refreshTokens: each.refreshTokens.slice(round * share, (round + 1) * share) };
    }
  }
}
