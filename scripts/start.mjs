/*
 * node scripts/start.mjs <app> [arguments]: runs one of the apps in this process, built first if need be.
 * Settings come from the environment, then from .env beside package.json.
 */
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, root } from './build.mjs';

const [app, ...rest] = process.argv.slice(2);
const main = join(root, 'dist', 'apps', String(app), 'src', 'main.js');

try {
  buildIfStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
if (!app || !existsSync(main)) {
  console.error('usage: node scripts/start.mjs all|api|worker|cli [arguments]');
  process.exit(2);
}
const settings = join(root, '.env');
if (existsSync(settings)) process.loadEnvFile(settings);
process.argv = [process.argv[0], main, ...rest];
await import(pathToFileURL(main).href);
