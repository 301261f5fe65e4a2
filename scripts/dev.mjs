/* npm run dev: runs the whole of Gatehouse and starts it anew, built anew, whenever a source changes. */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, root } from './build.mjs';

const quietMs = 150;
let child;
let timer;
let stopping = false;
let restarting = false;

function start() {
  child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), 'all', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  child.on('exit', (code) => {
    child = undefined;
    restarting = false;
    if (stopping) process.exit(code ?? 0);
    if (code !== null && code !== 0) console.error('dev: ended; starts again at the next change');
  });
}

function restart() {
  if (stopping || restarting || isBuilt()) return;
  console.error('dev: sources changed');
  if (!child) return start();
  restarting = true;
  child.once('exit', () => stopping || start());
  child.kill('SIGTERM');
}

for (const folder of ['apps', 'libs', 'migrations']) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(restart, quietMs);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopping = true;
    if (!child) process.exit(0);
    // A terminal sends Ctrl-C to the child as well, and a second signal would end it at once.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
  });
}
start();
