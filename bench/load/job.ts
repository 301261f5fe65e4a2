import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Load, LoadResult } from './load.js';

export type Job =
  | { readonly kind: 'load'; readonly load: Load }
  | { readonly kind: 'raw argon2id'; readonly threads: number; readonly durationMs: number }
  | { readonly kind: 'raw ES256' };

export type JobMessage =
  | { readonly phase: 'begin' | 'end' }
  | { readonly phase: 'done'; readonly result: LoadResult }
  | { readonly phase: 'raw argon2id'; readonly perSecond: number }
  | { readonly phase: 'raw ES256'; readonly verifyMicroseconds: number; readonly signMicroseconds: number };

const main = fileURLToPath(new URL('./main.js', import.meta.url));

/** Loads from a process of its own. `onMeasure` is called when measuring begins and ends. */
export async function runLoad(load: Load, onMeasure: (phase: 'begin' | 'end') => void = () => {}): Promise<LoadResult> {
  const last = await runJob({ kind: 'load', load }, (message) => {
    if (message.phase === 'begin' || message.phase === 'end') onMeasure(message.phase);
  });
  if (last?.phase !== 'done') throw new Error('the load ended without a result');
  return last.result;
}

/** Verifications of argon2id a second, on so many threads. */
export async function rawArgon2idRate(threads: number, durationMs: number): Promise<number> {
  const last = await runJob({ kind: 'raw argon2id', threads, durationMs });
  if (last?.phase !== 'raw argon2id') throw new Error('the raw rate was not measured');
  return last.perSecond;
}

/** CPU time of one verification and one signature, one after the other: how fast this machine's cores are. */
export async function rawEs256(): Promise<{ verifyMicroseconds: number; signMicroseconds: number }> {
  const last = await runJob({ kind: 'raw ES256' });
  if (last?.phase !== 'raw ES256') throw new Error('ES256 was not measured');
  return last;
}

function runJob(job: Job, onMessage: (message: JobMessage) => void = () => {}): Promise<JobMessage | undefined> {
  return new Promise((resolve, reject) => {
    let last: JobMessage | undefined;
    const child = fork(main, { serialization: 'advanced' });
    child.on('message', (message: JobMessage) => {
      last = message;
      onMessage(message);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(last);
      else reject(new Error(`the load failed with exit code ${code}`));
    });
    child.send(job);
  });
}
