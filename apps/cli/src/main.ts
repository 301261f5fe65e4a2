import 'reflect-metadata';
import { ConfigurationError, loadConfig } from '@app/config';
import { MigrationRefused, SchemaOutdated } from '@app/database';
import { AppError } from '@app/errors';
import { calibrate } from './calibrate.command.js';
import { type Command, UsageError } from './command.js';
import { migrateDatabase } from './migrate.command.js';
import { rotateKeys } from './rotate-keys.command.js';
import { usersExport } from './users-export.command.js';
import { usersImport } from './users-import.command.js';

const commands: readonly Command[] = [migrateDatabase, rotateKeys, calibrate, usersImport, usersExport];

const usage = [
  'Usage: gatehouse <command> [--help]',
  '',
  ...commands.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`),
  '',
].join('\n');

/** Runs one command; the exit code says whether it did what it was asked to. */
async function run(words: readonly string[]): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, at) => word === words[at]));
  if (!command) {
    const asked = words[0] === undefined || ['help', '--help', '-h'].includes(words[0]);
    (asked ? process.stdout : process.stderr).write(usage);
    return asked ? 0 : 2;
  }
  const args = words.slice(command.name.split(' ').length);
  const help = `${command.usage ?? `Usage: gatehouse ${command.name}\n\n  ${command.summary}`}\n`;
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return (await command.run(loadConfig(process.env), args)) ?? 0;
  } catch (error) {
    process.stderr.write(`${wordingOf(error)}\n${error instanceof UsageError ? `\n${help}` : ''}`);
    return 1;
  }
}

/** A line for what an operator can mend; all there is for anything else. */
function wordingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AppError) return `${error.code}: ${error.detail}`;
  const ofSystem = 'syscall' in error;
  const expected = [ConfigurationError, MigrationRefused, SchemaOutdated, UsageError].some(
    (kind) => error instanceof kind,
  );
  return expected || ofSystem ? error.message : (error.stack ?? error.message);
}

process.exitCode = await run(process.argv.slice(2));
// What failed to start holds connections that nobody can close any more.
setTimeout(() => process.exit(), 1000).unref();
