/*
 * npm run check: what a change must pass before its tests matter. Parts run beside each other; the output of the
 * ones that failed is shown.
 *
 *   npm run check
 *   npm run check -- imports types     only these parts
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './build.mjs';

const program = (...path) => join(root, 'node_modules', ...path);

/** The long ones first, so that they run beside the short ones. */
const parts = {
  lint: [program('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'],
  unit: [program('jest', 'bin', 'jest.js'), '--selectProjects', 'unit', '--ci', '--reporters=default'],
  format: [program('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'],
  imports: [
    program('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ...['--config', '.dependency-cruiser.mjs', 'libs', 'apps', 'migrations'],
  ],
  types: [program('typescript7', 'bin', 'tsc'), '--noEmit'],
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const waiting = Object.keys(parts).filter((name) => chosen.length === 0 || chosen.includes(name));
const failed = [];
await Promise.all(Array.from({ length: Math.min(3, availableParallelism()) }, runNext));
if (failed.length > 0) console.error(`check failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function runNext() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const began = Date.now();
    const { code, output } = await run(parts[name]);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${((Date.now() - began) / 1000).toFixed(1)} s`);
    if (code !== 0) {
      failed.push(name);
      console.error(output);
    }
  }
}

function run(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
