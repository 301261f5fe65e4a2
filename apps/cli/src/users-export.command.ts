import { open, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { UserExport } from '@app/authentication/cli';
import { IndieauthCliModule } from '@app/indieauth/cli';
import { type Command, UsageError } from './command.js';
import { progressLine } from './progress-line.js';
import { withContext } from './with-context.js';

const usage = [
  'Usage: gatehouse users export [--out FILE] [--json] [--with-secrets]',
  '',
  'Writes all accounts, one JSON object a line, as `gatehouse users import` reads them. docs/import.md tells of the',
  'format. Password hashes are always in it: keep it as you keep the database.',
  '',
  '  --out FILE      write to a new file that only its owner may read; standard output otherwise',
  '  --json          with --out: print the result as JSON',
  '  --with-secrets  secrets of authenticator apps and backup codes too: whoever has the file has the second factors',
  '',
  'Exit code: 0 every account was written, 1 it could not run to the end (and --out leaves no file).',
].join('\n');

interface Options {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly withSecrets: boolean;
}

/** docs/import.md tells of the format. */
export const usersExport: Command = {
  name: 'users export',
  summary: 'write all accounts, as JSON Lines that an import takes back',
  usage,
  run: async (config, args) => {
    const { out, json, withSecrets } = optionsOf(args);
    await withContext(config, IndieauthCliModule, async (context) => {
      const line = progressLine();
      let written = 0;
      const progress = (users: number): void => {
        written = users;
        line.show(`${users} accounts`);
      };
      const lines = Readable.from(context.get(UserExport, { strict: false }).lines({ withSecrets, progress }));
      await (out === undefined ? pipeline(lines, process.stdout, { end: false }) : toFile(lines, out));
      line.end();
      if (out === undefined) return;
      const result = json ? JSON.stringify({ users: written, withSecrets, out }) : `${written} accounts are in ${out}`;
      process.stdout.write(`${result}\n`);
    });
  },
};

/** Never over a file that is there; and half a file is none. */
async function toFile(lines: Readable, path: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await pipeline(lines, handle.createWriteStream());
  } catch (error) {
    await unlink(path);
    throw error;
  }
}

function optionsOf(args: readonly string[]): Options {
  const { out, json = false, 'with-secrets': withSecrets = false } = parsed(args);
  if (json && out === undefined)
    throw new UsageError('--json goes with --out: without it the accounts are what is printed.');
  return { out, json, withSecrets };
}

function parsed(args: readonly string[]): { out?: string; json?: boolean; 'with-secrets'?: boolean } {
  try {
    const options = {
      out: { type: 'string' },
      json: { type: 'boolean' },
      'with-secrets': { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
