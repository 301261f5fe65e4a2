import { availableParallelism } from 'node:os';
import { PasswordHasher, randomToken } from '@app/crypto';
import type { Command } from './command.js';

const rounds = 20;

/** Measures, so that an operator can choose GATEHOUSE_ARGON2_* for the machine at hand. */
export const calibrate: Command = {
  name: 'calibrate',
  summary: 'measure how long one password hash takes here, for several parameters',
  run: async ({ crypto }) => {
    process.stdout.write(`argon2id on this machine (${availableParallelism()} cores), one hash at a time:\n`);
    for (const memoryKib of [19_456, 32_768, 47_104, 65_536]) {
      for (const timeCost of [2, 3]) {
        const hasher = new PasswordHasher({ ...crypto, argon2: { memoryKib, timeCost } });
        const password = randomToken();
        await hasher.hash(password);
        const begun = performance.now();
        for (let round = 0; round < rounds; round += 1) await hasher.hash(password);
        const ms = (performance.now() - begun) / rounds;
        const current = crypto.argon2.memoryKib === memoryKib && crypto.argon2.timeCost === timeCost;
        process.stdout.write(`  m=${memoryKib} t=${timeCost}  ${ms.toFixed(1)} ms${current ? '  (configured)' : ''}\n`);
      }
    }
  },
};
