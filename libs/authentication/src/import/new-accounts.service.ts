import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { BulkPasskeys, BulkPasswords } from '@app/credentials';
import type { Sql, Tx } from '@app/database';
import { BulkFactors } from '@app/mfa';
import { BulkUsers, type UserId } from '@app/users';
import type { Candidate } from './import-line.js';
import { ImportNames, type Judged } from './import-names.js';
import { ImportRunsRepository } from './import-runs.repository.js';

/** What came of the lines of a batch. */
export interface Outcome extends Omit<Judged, 'free'> {
  readonly imported: number;
}

interface Made extends Candidate {
  readonly userId: UserId;
}

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };
const tries = 5;

/** Turns lines that were read into accounts, whole: with passwords, second factors, and what the audit log says. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly users: BulkUsers,
    private readonly passwords: BulkPasswords,
    private readonly passkeys: BulkPasskeys,
    private readonly factors: BulkFactors,
    private readonly audit: Audit,
  ) {}

  /** Adds to the names what others have of that which these lines want. @param runId of the run they are of, if any */
  async lookUp(names: ImportNames, candidates: readonly Candidate[], runId?: string, sql?: Sql): Promise<void> {
    const users = candidates.map(({ user }) => user);
    const taken = await this.users.findTaken(users, sql);
    const ids = taken.map(({ id }) => id);
    names.addTaken(taken, runId === undefined ? new Set() : await this.runs.madeBy(runId, ids, sql));
    const wanted = candidates.flatMap(({ factors }) => factors.passkeys.map(({ credentialId }) => credentialId));
    names.addTakenPasskeys(await this.passkeys.findTaken(wanted, sql));
  }

  /** Somebody may register with an address between the look and the insert: then there is a second look. */
  async insert(tx: Tx, runId: string, candidates: readonly Candidate[]): Promise<Outcome> {
    let outcome: Outcome = { imported: 0, existing: 0, duplicates: 0, refusals: [] };
    let left = candidates;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === tries) throw new Error('no free user ids found');
      const names = new ImportNames();
      await this.lookUp(names, left, runId, tx);
      const { free, existing, duplicates, refusals } = names.judgeAll(left);
      const ids = await this.users.insert(
        tx,
        free.map(({ user }) => user),
      );
      const made = free.flatMap((candidate, at) => (ids[at] === undefined ? [] : [{ ...candidate, userId: ids[at] }]));
      await this.complete(tx, runId, made);
      left = free.filter((_, at) => ids[at] === undefined);
      outcome = {
        imported: outcome.imported + made.length,
        existing: outcome.existing + existing,
        duplicates: outcome.duplicates + duplicates,
        refusals: [...outcome.refusals, ...refusals],
      };
    }
    return outcome;
  }

  /** What goes with new accounts. No mail: nobody asked for one. */
  private async complete(tx: Tx, runId: string, made: readonly Made[]): Promise<void> {
    await this.runs.addUsers(tx, runId, made);
    await this.passwords.insert(
      tx,
      made.flatMap(({ userId, password }) => (password ? [{ userId, ...password }] : [])),
    );
    await this.factors.insert(
      tx,
      made.map(({ userId, factors }) => ({ userId, ...factors })),
    );
    await this.passkeys.insert(
      tx,
      made.flatMap(({ userId, factors }) => factors.passkeys.map((passkey) => ({ userId, ...passkey }))),
    );
    const events = made.map(({ userId, line, user: { roles, secondFactors } }) => ({
      type: 'users.imported',
      userId,
      client: nobody,
      data: { run: runId, line, roles, secondFactors },
    }));
    await this.audit.record(tx, ...events);
  }
}
