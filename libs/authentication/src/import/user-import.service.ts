import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { BulkPasswords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { BulkUsers, type UserId } from '@app/users';
import { type Candidate, isRefusal, lineLimit, readLine, type Refusal } from './import-line.js';
import { ImportNames } from './import-names.js';
import { type ImportCounts, type ImportRunState, ImportRunsRepository, noCounts } from './import-runs.repository.js';
import type { ImportSource } from './import-source.js';
import { interrupted, nothingToResume, runningElsewhere } from './import.errors.js';
import { batchesOf, type Line, linesOf } from './lines.js';

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

type Outcome = Pick<ImportCounts, 'imported' | 'existing' | 'duplicates'> & { readonly refusals: readonly Refusal[] };

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };
const tries = 5;

/** Accounts of another system, from JSON Lines. A run that was killed goes on where its last batch ended. */
@Injectable()
export class UserImport {
  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly users: BulkUsers,
    private readonly passwords: BulkPasswords,
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
    let counts: ImportCounts = run;
    for await (const batch of batchesOf(after(run.lines, linesOf(source.read(), lineLimit)), options.batch)) {
      if (options.signal.aborted) throw interrupted();
      counts = added(counts, await this.importBatch(run.id, counts.lines, batch));
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
    const names = new ImportNames();
    let counts = noCounts;
    for await (const batch of batchesOf(linesOf(source.read(), lineLimit), options.batch)) {
      if (options.signal.aborted) throw interrupted();
      const { candidates, refusals, blank } = readBatch(batch);
      names.addTaken(await this.users.findTaken(candidates.map(({ user }) => user)), new Set());
      const judged = judgeAll(names, candidates);
      const outcome = { ...judged, imported: judged.free.length, refusals: [...refusals, ...judged.refusals] };
      counts = added(counts, countsOf(batch.length, blank, outcome));
      outcome.refusals.sort((a, b) => a.line - b.line).forEach(refused);
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

  private async importBatch(runId: string, from: number, batch: readonly Line[]): Promise<ImportCounts> {
    const { candidates, refusals, blank } = readBatch(batch);
    return this.transactions.run(async (tx) => {
      const outcome = await this.insert(tx, runId, candidates);
      const all = { ...outcome, refusals: [...refusals, ...outcome.refusals] };
      await this.runs.addRefusals(tx, runId, all.refusals);
      const counts = countsOf(batch.length, blank, all);
      if (!(await this.runs.advance(tx, runId, from, counts))) throw runningElsewhere();
      return counts;
    });
  }

  /** Somebody may register with an address between the look and the insert: then there is a second look. */
  private async insert(tx: Tx, runId: string, candidates: readonly Candidate[]): Promise<Outcome> {
    let outcome: Outcome = { imported: 0, existing: 0, duplicates: 0, refusals: [] };
    let left = candidates;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === tries) throw new Error('no free user ids found');
      const names = new ImportNames();
      const taken = await this.users.findTaken(
        left.map(({ user }) => user),
        tx,
      );
      names.addTaken(
        taken,
        await this.runs.madeBy(
          tx,
          runId,
          taken.map(({ id }) => id),
        ),
      );
      const judged = judgeAll(names, left);
      const ids = await this.users.insert(
        tx,
        judged.free.map(({ user }) => user),
      );
      const made = judged.free.flatMap((candidate, at) => (ids[at] === undefined ? [] : [{ candidate, id: ids[at] }]));
      await this.complete(tx, runId, made);
      left = judged.free.filter((_, at) => ids[at] === undefined);
      outcome = {
        imported: outcome.imported + made.length,
        existing: outcome.existing + judged.existing,
        duplicates: outcome.duplicates + judged.duplicates,
        refusals: [...outcome.refusals, ...judged.refusals],
      };
    }
    return outcome;
  }

  /** What goes with new accounts: passwords, where they came from, the audit log. No mail: nobody asked for one. */
  private async complete(tx: Tx, runId: string, made: readonly { candidate: Candidate; id: UserId }[]): Promise<void> {
    await this.runs.addUsers(
      tx,
      runId,
      made.map(({ candidate, id }) => ({ userId: id, line: candidate.line })),
    );
    await this.passwords.insert(
      tx,
      made.flatMap(({ candidate: { passwordHash: hash, mustChangePassword: mustChange }, id }) =>
        hash === undefined ? [] : [{ userId: id, hash, mustChange }],
      ),
    );
    await this.audit.record(
      tx,
      ...made.map(({ candidate: { line, user }, id }) => ({
        type: 'users.imported',
        userId: id,
        client: nobody,
        data: { run: runId, line, roles: user.roles },
      })),
    );
  }

  private async finish(runId: string, counts: ImportCounts): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.runs.finish(tx, runId))) throw runningElsewhere();
      const data = { run: runId, ...withoutId(counts) };
      await this.audit.record(tx, { type: 'users.import_finished', client: nobody, data });
    });
  }
}

async function* after(lines: number, all: AsyncIterable<Line>): AsyncGenerator<Line> {
  for await (const line of all) if (line.number > lines) yield line;
}

interface ReadBatch {
  readonly candidates: readonly Candidate[];
  readonly refusals: readonly Refusal[];
  readonly blank: number;
}

function readBatch(batch: readonly Line[]): ReadBatch {
  const read = batch.map(readLine).filter((line) => line !== undefined);
  return {
    candidates: read.filter((line): line is Candidate => !isRefusal(line)),
    refusals: read.filter(isRefusal),
    blank: batch.length - read.length,
  };
}

function judgeAll(
  names: ImportNames,
  candidates: readonly Candidate[],
): Omit<Outcome, 'imported'> & { readonly free: readonly Candidate[] } {
  const judged = candidates.map((candidate) => names.judge(candidate));
  return {
    free: judged.flatMap((one) => (one.is === 'free' ? [one.candidate] : [])),
    refusals: judged.flatMap((one) => (one.is === 'refused' ? [one.refusal] : [])),
    existing: judged.filter(({ is }) => is === 'existing').length,
    duplicates: judged.filter(({ is }) => is === 'duplicate').length,
  };
}

const countsOf = (lines: number, blank: number, outcome: Outcome): ImportCounts => ({
  lines,
  blank,
  imported: outcome.imported,
  existing: outcome.existing,
  duplicates: outcome.duplicates,
  refused: outcome.refusals.length,
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
