import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from './connection.js';
import { type Exchange, exchanges, type Operation } from './requests.js';

export interface Load {
  readonly port: number;
  readonly operation: Operation;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Requests a second, sent whether or not earlier ones were answered. Without it: as fast as answers come. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds of each request that was answered within the measured time. */
  readonly latencies: Float64Array;
}

/**
 * Loads a server and measures after a warm-up. `onMeasure` is told when measuring begins and ends.
 * @throws Error on any answer but 200: what fails is no measurement.
 */
export async function load(job: Load, onMeasure: (phase: 'begin' | 'end') => void): Promise<LoadResult> {
  const pool = await Promise.all(Array.from({ length: job.connections }, () => Connection.open(job.port)));
  const next = exchanges(job.operation);
  const latencies: number[] = [];
  let [from, until] = [Infinity, Infinity];
  const run = async (connection: Connection, { request, accept }: Exchange, began: number): Promise<void> => {
    const answer = await connection.send(request);
    if (answer.status !== 200) throw new Error(`${job.operation.kind}: ${answer.status} ${answer.body}`);
    accept?.(answer);
    const ended = performance.now();
    if (ended >= from && ended <= until) latencies.push(ended - began);
  };
  const clock = async (): Promise<void> => {
    await wait(job.warmUpMs);
    from = performance.now();
    onMeasure('begin');
    await wait(job.durationMs);
    until = performance.now();
    onMeasure('end');
  };
  const over = (): boolean => until !== Infinity;
  const work =
    job.rate === undefined
      ? pool.map((connection) => closedLoop(over, () => run(connection, next(), performance.now())))
      : [openLoop(over, job.rate, pool, (connection, due) => run(connection, next(), due))];
  await Promise.all([clock(), ...work]);
  for (const connection of pool) connection.close();
  return { seconds: (until - from) / 1000, latencies: Float64Array.from(latencies) };
}

async function closedLoop(over: () => boolean, run: () => Promise<void>): Promise<void> {
  while (!over()) await run();
}

/** Counts from when a request was due: one that had to wait for a connection waited for the server. */
async function openLoop(
  over: () => boolean,
  rate: number,
  pool: readonly Connection[],
  run: (connection: Connection, due: number) => Promise<void>,
): Promise<void> {
  const idle = [...pool];
  const due: number[] = [];
  const inFlight = new Set<Promise<void>>();
  const serve = (): void => {
    while (idle.length > 0 && due.length > 0) {
      const connection = idle.pop() as Connection;
      const done = run(connection, due.shift() as number).then(() => {
        idle.push(connection);
        inFlight.delete(done);
        serve();
      });
      inFlight.add(done);
    }
  };
  const began = performance.now();
  for (let sent = 0; !over(); sent += 1) {
    const moment = began + (sent * 1000) / rate;
    const pause = moment - performance.now();
    if (pause > 0) await wait(pause);
    due.push(moment);
    serve();
  }
  await Promise.all(inFlight);
}
