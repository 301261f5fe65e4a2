import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.js';
import type { ServerAccount } from './server-account.js';

/** Root's place for programs that another account must be able to reach. */
const defaultShelter = '/var/lib/gatehouse';

/**
 * The folder to run the programs from, as that account. A checkout below /root is closed to every other account:
 * root then keeps a copy of the programs (60 MB) where they can be reached.
 */
export function reachableHome(
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
  shelter = defaultShelter,
): string {
  if (account === undefined || runs(binaries.home, account)) return binaries.home;
  const copy = join(shelter, `postgres-${binaries.version}`);
  if (!existsSync(copy)) {
    mkdirSync(shelter, { recursive: true, mode: 0o755 });
    const temporary = mkdtempSync(join(shelter, 'copy-'));
    const folder = join(temporary, 'native');
    cpSync(binaries.home, folder, { recursive: true, verbatimSymlinks: true });
    renameSync(folder, copy);
    rmSync(temporary, { recursive: true });
  }
  if (!runs(copy, account)) throw new Error(`PostgreSQL cannot be run from ${copy} as user ${account.uid}.`);
  return copy;
}

const runs = (home: string, account: ServerAccount): boolean =>
  spawnSync(join(home, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
