import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ConfigurationError, loadConfig } from '@app/config';
import { MigrationRefused } from '@app/database';
import { calibrate } from './calibrate.command.js';
import type { Command } from './command.js';
import { migrateDatabase } from './migrate.command.js';
import { rotateKeys } from './rotate-keys.command.js';

const commands: readonly Command[] = [migrateDatabase, rotateKeys, calibrate];

const usage = [
  'Usage: gatehouse <command>',
  '',
  ...commands.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`),
  '',
].join('\n');

/** Runs one command; the exit code says whether it did what it was asked to. */
async function run(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const command = commands.find(({ name }) => name === positionals[0]);
  if (!command) {
    process.stderr.write(usage);
    return positionals[0] === undefined || positionals[0] === 'help' ? 0 : 2;
  }
  try {
    await command.run(loadConfig(process.env));
    return 0;
  } catch (error) {
    const expected = error instanceof ConfigurationError || error instanceof MigrationRefused;
    process.stderr.write(`${expected ? error.message : String((error as Error).stack ?? error)}\n`);
    return 1;
  }
}

process.exitCode = await run();
