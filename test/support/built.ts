import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');
const program = 'import { buildIfStale } from "./scripts/build.mjs"; buildIfStale();';

/** Compiles dist where it is not of the present sources: a suite may be run without `npm test`. */
export function ensureBuilt(): void {
  const options = { cwd: root, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
  if (status !== 0) throw new Error(`dist could not be built:\n${stderr}`);
}
