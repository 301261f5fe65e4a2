import { randomInt, randomUUID } from 'node:crypto';
import { Connection } from './load/connection.js';
import { post } from './load/requests.js';
import { median } from './percentile.js';
import { rankTest } from './rank-test.js';

/** Below it, the difference between known and unknown addresses counts as a leak. */
export const leakBelow = 0.001;

export interface AddressTiming {
  readonly route: string;
  readonly knownMs: number;
  readonly unknownMs: number;
  readonly p: number;
}

const routes = [
  {
    route: '/v1/auth/login',
    status: 401,
    body: (email: string) => ({ identifier: email, password: 'not the password at all' }),
  },
  { route: '/v1/auth/register', status: 202, body: (email: string) => ({ email, password: 'hollow lantern meadow' }) },
  { route: '/v1/auth/password/forgot', status: 202, body: (email: string) => ({ email }) },
];

/**
 * Whether the time of an answer tells a known address from an unknown one: one request at a time, interleaved, in
 * pairs whose order chance decides, each address asked for once a route.
 */
export async function addressTiming(port: number, known: readonly string[], samples: number): Promise<AddressTiming[]> {
  const connection = await Connection.open(port);
  const results: AddressTiming[] = [];
  for (const { route, status, body } of routes) {
    const times = { known: [] as number[], unknown: [] as number[] };
    const ask = async (kind: keyof typeof times, email: string): Promise<void> => {
      const began = performance.now();
      const answer = await connection.send(post(route, body(email)));
      times[kind].push(performance.now() - began);
      if (answer.status !== status) throw new Error(`${route}: ${answer.status} ${answer.body}`);
    };
    const warmUp = 10;
    for (let pair = -warmUp; pair < samples; pair += 1) {
      const address = known[(pair + warmUp) % known.length] as string;
      // As long as the known ones, and as alike.
      const stranger = `person-${randomUUID().slice(0, 5)}@bench.example`;
      const knownFirst = randomInt(2) === 0;
      if (knownFirst) await ask('known', address);
      await ask('unknown', stranger);
      if (!knownFirst) await ask('known', address);
      if (pair < 0) times.known.length = times.unknown.length = 0;
    }
    const { p } = rankTest(times.known, times.unknown);
    results.push({ route, knownMs: median(times.known), unknownMs: median(times.unknown), p });
  }
  connection.close();
  return results;
}
