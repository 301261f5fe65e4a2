import { open, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { AuthenticationCliModule, UserExport } from '@app/authentication/cli';
import { type Command, UsageError } from './command.js';
import { progressLine } from './progress-line.js';
import { withContext } from './with-context.js';

const usage = [
  'Usage: gatehouse users export [--out FILE] [--with-secrets]',
  '',
  '  --out FILE      a new file that only its owner may read; standard output otherwise',
  '  --with-secrets  second factors too: whoever has the file can pass for everybody in it',
].join('\n');

interface Options {
  readonly out: string | undefined;
  readonly withSecrets: boolean;
}

/** docs/import.md tells of the format. */
export const usersExport: Command = {
  name: 'users export',
  summary: 'write all accounts, as JSON Lines that an import takes back',
  run: async (config, args) => {
    const { out, withSecrets } = optionsOf(args);
    await withContext(config, AuthenticationCliModule, async (context) => {
      const line = progressLine();
      const progress = (users: number): void => line.show(`${users} accounts`);
      const lines = Readable.from(context.get(UserExport, { strict: false }).lines({ withSecrets, progress }));
      await (out === undefined ? pipeline(lines, process.stdout, { end: false }) : toFile(lines, out));
      line.end();
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
  try {
    const options = { out: { type: 'string' }, 'with-secrets': { type: 'boolean' } } as const;
    const { out, 'with-secrets': withSecrets = false } = parseArgs({ args: [...args], options }).values;
    return { out, withSecrets };
  } catch {
    throw new UsageError(usage);
  }
}
