import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { ImportCounts, Refusal } from '@app/authentication/cli';

/** Refusals that are shown or printed; the rest is in the report file. */
const shown = { text: 20, json: 100 };

/** What an import did, for people and for programs. Holds nothing of the lines but their numbers. */
export class ImportReport {
  private readonly first: Refusal[] = [];
  private runId: string | undefined;
  private resumedAfter = 0;

  private constructor(private readonly file: WriteStream | undefined) {}

  /** @throws the system's error where the file cannot be written. */
  static async open(path: string | undefined): Promise<ImportReport> {
    if (path === undefined) return new ImportReport(undefined);
    const handle = await open(path, 'w', 0o600);
    return new ImportReport(createWriteStream(path, { fd: handle }));
  }

  ran(runId: string, resumedAfter: number): void {
    this.runId = runId;
    this.resumedAfter = resumedAfter;
  }

  add(refusal: Refusal): void {
    if (this.first.length < shown.json) this.first.push(refusal);
    this.file?.write(`${JSON.stringify(refusal)}\n`);
  }

  json(counts: ImportCounts, dryRun: boolean): string {
    const { runId = null, resumedAfter, first } = this;
    const omitted = counts.refused - first.length;
    return `${JSON.stringify({ dryRun, runId, resumedAfter, ...counts, refusals: first, refusalsOmitted: omitted })}\n`;
  }

  text({ lines, imported, existing, duplicates, refused, blank }: ImportCounts, dryRun: boolean): string {
    const listed = this.first.slice(0, shown.text);
    const rows: [string, number][] = [
      ['lines', lines],
      [dryRun ? 'could be imported' : 'imported', imported],
      ['had an account', existing],
      ['twice in the file', duplicates],
      ['refused', refused],
      ['blank', blank],
    ];
    return [
      ...(dryRun ? ['Nothing was written.'] : []),
      ...(this.resumedAfter > 0 ? [`Went on after line ${this.resumedAfter}.`] : []),
      ...rows.map(([name, count]) => `${name.padEnd(18)} ${count}`),
      ...listed.map(({ line, code, detail }) => `line ${line}: ${code}: ${detail}`),
      ...(refused > listed.length ? [`and ${refused - listed.length} more; --report FILE writes all of them`] : []),
      '',
    ].join('\n');
  }

  async close(): Promise<void> {
    if (!this.file) return;
    this.file.end();
    await finished(this.file);
  }
}
