import { parseArgs } from 'node:util';
import {
  AuthenticationCliModule,
  type ImportCounts,
  ImportSource,
  type Refusal,
  UserImport,
} from '@app/authentication/cli';
import { type Command, UsageError } from './command.js';
import { ImportReport } from './import-report.js';
import { progressLine } from './progress-line.js';
import { withContext } from './with-context.js';

const usage = [
  'Usage: gatehouse users import <file|-> [--dry-run] [--resume] [--batch N] [--json] [--report FILE]',
  '',
  'Takes in accounts of another system, one JSON object a line; - reads standard input. docs/import.md tells of the',
  'format. Killed or interrupted, the same command with the same file goes on where it stopped.',
  '',
  '  --dry-run       judge every line and write nothing',
  '  --resume        only go on with an unfinished import of this file; going on is what happens anyway',
  '  --batch N       lines in one transaction, 1 to 1000 (100)',
  '  --json          print the result as JSON',
  '  --report FILE   write every refused line to FILE, as JSON Lines {line, code, detail}',
  '',
  'Exit code: 0 every line was dealt with, 1 it could not run to the end, 2 some lines were refused.',
].join('\n');

interface Options {
  readonly file: string;
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly json: boolean;
  readonly batch: number;
  readonly report: string | undefined;
}

/** docs/import.md tells of the format. */
export const usersImport: Command = {
  name: 'users import',
  summary: 'take in accounts of another system, from JSON Lines',
  usage,
  run: async (config, args) => {
    const options = optionsOf(args);
    return withContext(config, AuthenticationCliModule, async (context) => {
      const source = await (options.file === '-'
        ? ImportSource.ofStream(process.stdin)
        : ImportSource.ofFile(options.file));
      const report = await ImportReport.open(options.report);
      try {
        const counts = await importFrom(context.get(UserImport, { strict: false }), source, options, report);
        process.stdout.write(options.json ? report.json(counts, options.dryRun) : report.text(counts, options.dryRun));
        return counts.refused > 0 ? 2 : 0;
      } finally {
        await report.close();
        await source.close();
      }
    });
  },
};

async function importFrom(
  users: UserImport,
  source: ImportSource,
  { batch, dryRun, resume }: Options,
  report: ImportReport,
): Promise<ImportCounts> {
  const line = progressLine();
  const progress = ({ lines, imported, refused }: ImportCounts): void =>
    line.show(`${lines} lines, ${imported} ${dryRun ? 'could be imported' : 'imported'}, ${refused} refused`);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const how = { batch, resume, progress, signal: stop.signal };
  try {
    if (dryRun) return await users.rehearse(source, how, (refusal: Refusal) => report.add(refusal));
    const { runId, resumedAfter, counts } = await users.run(source, how);
    report.ran(runId, resumedAfter);
    for await (const refusal of users.refusals(runId)) report.add(refusal);
    return counts;
  } finally {
    line.end();
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('Name one file, or - for standard input.');
  const batch = Number(values.batch ?? 100);
  if (!Number.isInteger(batch) || batch < 1 || batch > 1000) throw new UsageError('--batch takes 1 to 1000.');
  const { 'dry-run': dryRun = false, resume = false, json = false, report } = values;
  if (dryRun && resume) throw new UsageError('--dry-run begins nothing that --resume could go on with.');
  return { file, dryRun, resume, json, batch, report };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        resume: { type: 'boolean' },
        json: { type: 'boolean' },
        batch: { type: 'string' },
        report: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
