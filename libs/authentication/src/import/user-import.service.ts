import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { PasskeyRelyingParty } from '@app/credentials';
import { Transactions } from '@app/database';
import { type Candidate, isRefusal, lineLimit, readLine, type Refusal } from './import-line.js';
import { ImportNames } from './import-names.js';
import { type ImportCounts, type ImportRunState, ImportRunsRepository, noCounts } from './import-runs.repository.js';
import type { ImportSource } from './import-source.js';
import { interrupted, nothingToResume, runningElsewhere } from './import.errors.js';
import { batchesOf, type Line, linesOf } from './lines.js';
import { NewAccounts, type Outcome } from './new-accounts.service.js';

export interface ImportOptions {
  /** Lines in one transaction. */
  readonly batch: number;
  /** Fail where there is no unfinished run to go on with. */
  readonly resume: boolean;
  /** Told after each batch. */
  readonly progress: (counts: ImportCounts) => void;
  /** Ends the run after the batch at hand. */
  readonly signal: AbortSignal;
}

export interface ImportResult {
  readonly runId: string;
  /** Lines that earlier processes had dealt with. */
  readonly resumedAfter: number;
  readonly counts: ImportCounts;
}

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };

/** Accounts of another system, from JSON Lines. A run that was killed goes on where its last batch ended. */
@Injectable()
export class UserImport {
  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly accounts: NewAccounts,
    private readonly relyingParty: PasskeyRelyingParty,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Imports what has not been imported yet of this file.
   * @throws AppError not_found `import.nothing_to_resume`; conflict `import.running_elsewhere`,
   *   `import.file_changed`; unavailable `import.interrupted`
   */
  async run(source: ImportSource, options: ImportOptions): Promise<ImportResult> {
    const run = await this.begin(source.sha256, options.resume);
    const host = await this.relyingParty.id();
    let counts: ImportCounts = run;
    for await (const batch of batchesOf(after(run.lines, linesOf(source.read(), lineLimit)), batchLimit(options))) {
      if (options.signal.aborted) throw interrupted();
      counts = added(counts, await this.importBatch(run.id, counts.lines, readBatch(batch, host)));
      options.progress(counts);
    }
    await this.finish(run.id, counts);
    return { runId: run.id, resumedAfter: run.lines, counts: withoutId(counts) };
  }

  /** Reads and judges all of it and writes nothing. Keeps every address of the file in memory. */
  async rehearse(
    source: ImportSource,
    options: Pick<ImportOptions, 'batch' | 'progress' | 'signal'>,
    refused: (refusal: Refusal) => void,
  ): Promise<ImportCounts> {
    const host = await this.relyingParty.planned();
    const names = new ImportNames();
    let counts = noCounts;
    for await (const batch of batchesOf(linesOf(source.read(), lineLimit), batchLimit(options))) {
      if (options.signal.aborted) throw interrupted();
      const read = readBatch(batch, host);
      await this.accounts.lookUp(names, read.candidates);
      const { free, ...judged } = names.judgeAll(read.candidates);
      const refusals = [...read.refusals, ...judged.refusals];
      counts = added(counts, countsOf(read, { ...judged, imported: free.length, refusals }));
      refusals.sort((a, b) => a.line - b.line).forEach(refused);
      options.progress(counts);
    }
    return counts;
  }

  /** What a run refused, in the order of the lines. */
  refusals(runId: string): AsyncIterable<Refusal> {
    return this.runs.refusals(runId);
  }

  private async begin(sha256: Buffer, resume: boolean): Promise<ImportRunState> {
    const unfinished = await this.runs.findUnfinished(sha256);
    if (unfinished) return unfinished;
    if (resume) throw nothingToResume();
    return this.transactions.run(async (tx) => {
      const run = await this.runs.begin(tx, sha256);
      if (!run) throw runningElsewhere();
      const data = { run: run.id, fileSha256: sha256.toString('hex') };
      await this.audit.record(tx, { type: 'users.import_started', client: nobody, data });
      return run;
    });
  }

  private async importBatch(runId: string, from: number, read: ReadBatch): Promise<ImportCounts> {
    return this.transactions.run(async (tx) => {
      const inserted = await this.accounts.insert(tx, runId, read.candidates);
      const outcome = { ...inserted, refusals: [...read.refusals, ...inserted.refusals] };
      await this.runs.addRefusals(tx, runId, outcome.refusals);
      const counts = countsOf(read, outcome);
      if (!(await this.runs.advance(tx, runId, from, counts))) throw runningElsewhere();
      return counts;
    });
  }

  private async finish(runId: string, counts: ImportCounts): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.runs.finish(tx, runId))) throw runningElsewhere();
      const data = { run: runId, ...withoutId(counts) };
      await this.audit.record(tx, { type: 'users.import_finished', client: nobody, data });
    });
  }
}

/** However long the lines: memory is bounded by bytes, too. */
const batchLimit = ({ batch }: Pick<ImportOptions, 'batch'>): { lines: number; bytes: number } => ({
  lines: batch,
  bytes: 8 * 2 ** 20,
});

async function* after(lines: number, all: AsyncIterable<Line>): AsyncGenerator<Line> {
  for await (const line of all) if (line.number > lines) yield line;
}

interface ReadBatch {
  readonly lines: number;
  readonly candidates: readonly Candidate[];
  readonly refusals: readonly Refusal[];
  readonly blank: number;
}

function readBatch(batch: readonly Line[], relyingParty: string): ReadBatch {
  const read = batch.map((line) => readLine(line, relyingParty)).filter((line) => line !== undefined);
  return {
    lines: batch.length,
    candidates: read.filter((line): line is Candidate => !isRefusal(line)),
    refusals: read.filter(isRefusal),
    blank: batch.length - read.length,
  };
}

const countsOf = (
  { lines, blank }: ReadBatch,
  { imported, existing, duplicates, refusals }: Outcome,
): ImportCounts => ({
  lines,
  blank,
  imported,
  existing,
  duplicates,
  refused: refusals.length,
});

const added = (a: ImportCounts, b: ImportCounts): ImportCounts => ({
  lines: a.lines + b.lines,
  blank: a.blank + b.blank,
  imported: a.imported + b.imported,
  existing: a.existing + b.existing,
  duplicates: a.duplicates + b.duplicates,
  refused: a.refused + b.refused,
});

const withoutId = (counts: ImportCounts): ImportCounts => added(noCounts, counts);
