import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import type { Refusal } from './import-line.js';

/** Every line is counted once: `lines` is the sum of the others. */
export interface ImportCounts {
  readonly lines: number;
  readonly blank: number;
  readonly imported: number;
  /** Whose address had an account before. */
  readonly existing: number;
  /** Whose address an earlier line of the file has. */
  readonly duplicates: number;
  readonly refused: number;
}

export interface ImportRunState extends ImportCounts {
  readonly id: string;
}

export const noCounts: ImportCounts = { lines: 0, blank: 0, imported: 0, existing: 0, duplicates: 0, refused: 0 };

const refusalsAtOnce = 1000;

@Injectable()
export class ImportRunsRepository {
  constructor(private readonly database: Database) {}

  async findUnfinished(fileSha256: Buffer): Promise<ImportRunState | undefined> {
    const [row] = await this.database.run<ImportRunState>(findUnfinished, [fileSha256]);
    return row;
  }

  /** @returns undefined where another process was first. */
  async begin(tx: Tx, fileSha256: Buffer): Promise<ImportRunState | undefined> {
    const [row] = await tx.run<ImportRunState>(beginRun, [randomUUID(), fileSha256]);
    return row;
  }

  /** Moves on from `lines`, in the transaction of what it counts. @returns false where another process did already. */
  async advance(tx: Tx, id: string, lines: number, batch: ImportCounts): Promise<boolean> {
    const { blank, imported, existing, duplicates, refused } = batch;
    const values = [id, lines, batch.lines, blank, imported, existing, duplicates, refused];
    return (await tx.run(advanceRun, values)).length > 0;
  }

  /** @returns false where it is finished already. */
  async finish(tx: Tx, id: string): Promise<boolean> {
    return (await tx.run(finishRun, [id])).length > 0;
  }

  async addUsers(tx: Tx, id: string, users: readonly { userId: UserId; line: number }[]): Promise<void> {
    if (users.length === 0) return;
    await tx.run(insertUsers, [id, users.map(({ userId }) => userId), users.map(({ line }) => line)]);
  }

  /** Which of these accounts this run made. */
  async madeBy(id: string, userIds: readonly UserId[], sql: Sql = this.database): Promise<ReadonlySet<UserId>> {
    if (userIds.length === 0) return new Set();
    const rows = await sql.run<{ userId: UserId }>(findMade, [id, userIds]);
    return new Set(rows.map(({ userId }) => userId));
  }

  async addRefusals(tx: Tx, id: string, refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length > 0) await tx.run(insertRefusals, [id, JSON.stringify(refusals)]);
  }

  /** All refusals of a run in the order of the lines, a thousand at a time. */
  async *refusals(id: string): AsyncGenerator<Refusal> {
    for (let after = 0; ;) {
      const rows = await this.database.run<Refusal>(readRefusals, [id, after, refusalsAtOnce]);
      yield* rows;
      if (rows.length < refusalsAtOnce) return;
      after = rows.at(-1)?.line ?? after;
    }
  }
}

const state = 'id, lines, blank, imported, existing, duplicates, refused';

const findUnfinished = {
  name: 'import.find_unfinished',
  text: `SELECT ${state} FROM import_runs WHERE file_sha256 = $1 AND finished_at IS NULL`,
};
const beginRun = {
  name: 'import.begin',
  text: `INSERT INTO import_runs (id, file_sha256) VALUES ($1, $2)
         ON CONFLICT (file_sha256) WHERE finished_at IS NULL DO NOTHING RETURNING ${state}`,
};
const advanceRun = {
  name: 'import.advance',
  text: `UPDATE import_runs SET lines = lines + $3, blank = blank + $4, imported = imported + $5,
           existing = existing + $6, duplicates = duplicates + $7, refused = refused + $8
         WHERE id = $1 AND lines = $2 AND finished_at IS NULL RETURNING id`,
};
const finishRun = {
  name: 'import.finish',
  text: 'UPDATE import_runs SET finished_at = app_now() WHERE id = $1 AND finished_at IS NULL RETURNING id',
};
const insertUsers = {
  name: 'import.insert_users',
  text: `INSERT INTO imported_users (run_id, user_id, line) SELECT $1, * FROM unnest($2::bigint[], $3::int[])`,
};
const findMade = {
  name: 'import.find_made',
  text: 'SELECT user_id AS "userId" FROM imported_users WHERE run_id = $1 AND user_id = ANY ($2::bigint[])',
};
const insertRefusals = {
  name: 'import.insert_refusals',
  text: `INSERT INTO import_refusals (run_id, line, code, detail)
         SELECT $1, line, code, detail FROM jsonb_to_recordset($2::jsonb) AS refusal (line int, code text, detail text)`,
};
const readRefusals = {
  name: 'import.read_refusals',
  text: 'SELECT line, code, detail FROM import_refusals WHERE run_id = $1 AND line > $2 ORDER BY line LIMIT $3',
};
