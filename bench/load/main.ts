import { hash, verify } from '@node-rs/argon2';
import { argon2 } from '../plan.js';
import type { Job, JobMessage } from './job.js';
import { load } from './load.js';

/** The load's own process: what it costs is not counted to a server, and its pauses are not the server's. */
process.once('message', (job: Job) => {
  void run(job).then((message) => {
    process.send?.(message, () => process.disconnect());
  });
});

async function run(job: Job): Promise<JobMessage> {
  if (job.kind === 'raw argon2id') return { phase: 'raw', perSecond: await rawArgon2(job.threads, job.durationMs) };
  return { phase: 'done', result: await load(job.load, (phase) => process.send?.({ phase } satisfies JobMessage)) };
}

/** How many verifications a second this machine does, with nothing else in the process. */
async function rawArgon2(threads: number, durationMs: number): Promise<number> {
  const stored = await hash('hollow lantern meadow', argon2);
  const began = performance.now();
  let count = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - began < durationMs) {
      await verify(stored, 'hollow lantern meadow');
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: threads }, worker));
  return (count * 1000) / (performance.now() - began);
}
