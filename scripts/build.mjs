/*
 * Builds dist with `nest build all`, which compiles apps, libs and migrations at once, and bundles the apps in it.
 * `node scripts/build.mjs` always builds; scripts/start.mjs and scripts/test.mjs build when dist is not of the
 * present sources.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'dist', '.sources');
const lockFile = join(root, 'node_modules', '.gatehouse-build');
const bundler = join('scripts', 'bundle.mjs');
const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');

/** One hash over name, size and time of everything that dist is made of: a few ms, no file is read. */
function sourcesStamp() {
  const hash = createHash('sha256');
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'testing' && entry.name !== 'node_modules') walk(path);
      } else if (/\.tsx?$/.test(entry.name) && !/[.-]spec\.tsx?$/.test(entry.name)) {
        add(path);
      }
    }
  };
  for (const folder of ['apps', 'libs', 'migrations']) walk(join(root, folder));
  const others = ['nest-cli.json', 'tsconfig.json', '.swcrc', 'package.json', 'package-lock.json', bundler];
  // The lock file, because packages are part of a bundle. A copy of the sources may lack it.
  for (const file of others) if (existsSync(join(root, file))) add(join(root, file));
  return hash.digest('hex');
}

/** @returns {boolean} true when dist is there and of the present sources */
export function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourcesStamp();
}

/** Runs `work` while no other process of this folder does: two apps started at once must not build over each other. */
function alone(work) {
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (tries > 600 || !isAlive(lockFile)) rmSync(lockFile, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function isAlive(pidFile) {
  try {
    return process.kill(Number(readFileSync(pidFile, 'utf8')) || process.pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Builds; throws when the build fails. */
export function build() {
  alone(compile);
}

function compile() {
  const stamp = sourcesStamp();
  run('nest build all', nest, 'build', 'all');
  run('bundling', join(root, bundler));
  writeFileSync(stampFile, stamp);
}

function run(what, ...command) {
  const { status, error } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${what} failed`);
}

/** Builds when dist is missing or older than the sources. An installation without dev dependencies runs what it has. */
export function buildIfStale() {
  if (!existsSync(join(root, 'apps')) || isBuilt()) return;
  if (existsSync(nest)) alone(() => isBuilt() || compile());
  else if (!existsSync(join(root, 'dist', 'apps'))) {
    throw new Error('dist is missing, and @nestjs/cli, which would build it, is not installed: run `npm install`');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
