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
  /** The same, by what was asked. */
  readonly byLabel: Readonly<Record<string, Float64Array>>;
}

/**
 * Loads a server and measures after a warm-up. `onMeasure` is told when measuring begins and ends.
 * @throws Error on any answer but 200: what fails is no measurement.
 */
export async function load(job: Load, onMeasure: (phase: 'begin' | 'end') => void): Promise<LoadResult> {
  const pool = await Promise.all(Array.from({ length: job.connections }, () => Connection.open(job.port)));
  const next = exchanges(job.operation);
  const latencies = new Map<string, number[]>();
  let [from, until] = [Infinity, Infinity];
  const record = (label: string, began: number, ended: number): void => {
    if (ended < from || ended > until) return;
    const known = latencies.get(label) ?? [];
    latencies.set(label, known);
    known.push(ended - began);
  };
  const run = async (connection: Connection, first: Exchange, due: number): Promise<void> => {
    let began = due;
    for (let exchange: Exchange | undefined = first; exchange !== undefined;) {
      const { label, request, accept }: Exchange = exchange;
      const answer = await connection.send(request());
      if (answer.status !== 200) throw new Error(`${label}: ${answer.status} ${answer.body}`);
      const ended = performance.now();
      record(label, began, ended);
      exchange = accept?.(answer);
      began = ended;
    }
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
  return {
    seconds: (until - from) / 1000,
    latencies: Float64Array.from([...latencies.values()].flat()),
    byLabel: Object.fromEntries([...latencies].map(([label, times]) => [label, Float64Array.from(times)])),
  };
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
