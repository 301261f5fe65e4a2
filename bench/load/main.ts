import { generateKeyPairSync, sign, verify as verifySignature } from 'node:crypto';
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
  if (job.kind === 'raw argon2id') {
    return { phase: 'raw argon2id', perSecond: await rawArgon2(job.threads, job.durationMs) };
  }
  if (job.kind === 'raw ES256') return { phase: 'raw ES256', ...rawEs256() };
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

function rawEs256(): { verifyMicroseconds: number; signMicroseconds: number } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = Buffer.alloc(450, 'x');
  const encoding = { dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', text, { key: privateKey, ...encoding });
  return {
    verifyMicroseconds: microseconds(() => verifySignature('sha256', text, { key: publicKey, ...encoding }, signature)),
    signMicroseconds: microseconds(() => sign('sha256', text, { key: privateKey, ...encoding })),
  };
}

/** CPU time of one call, by the fastest of some runs: what disturbs a run only makes it longer. */
function microseconds(call: () => unknown): number {
  const calls = 500;
  const runs = Array.from({ length: 8 }, () => {
    const before = process.cpuUsage();
    for (let n = 0; n < calls; n += 1) call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  });
  return Math.min(...runs);
}
