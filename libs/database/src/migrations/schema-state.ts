import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { Sql } from '../sql.js';
import { KnownMigrations } from './known-migrations.js';

export interface SchemaStateReport {
  /** Everything this code knows is applied. More than that is fine: a newer release has migrated ahead of us. */
  readonly current: boolean;
  readonly missing: readonly string[];
  readonly newer: readonly string[];
}

const appliedMigrations = { name: 'database.applied_migrations', text: 'SELECT name FROM migrations ORDER BY id' };

const undefinedTable = '42P01';

/** Which migrations the database has, compared with those this code knows. */
export async function schemaState(sql: Pick<Sql, 'run'>, known: KnownMigrations): Promise<SchemaStateReport> {
  const applied = new Set(await appliedNames(sql));
  const missing = known.names.filter((name) => !applied.has(name));
  const newer = [...applied].filter((name) => !known.names.includes(name));
  return { current: missing.length === 0, missing, newer };
}

async function appliedNames(sql: Pick<Sql, 'run'>): Promise<string[]> {
  try {
    return (await sql.run<{ name: string }>(appliedMigrations)).map((row) => row.name);
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return [];
    throw error;
  }
}

/** The startup probe's question: may this code serve on the database it found? */
@Injectable()
export class SchemaState {
  constructor(
    private readonly database: Database,
    private readonly known: KnownMigrations,
  ) {}

  /** @throws AppError unavailable `database.unavailable` when PostgreSQL cannot be reached. */
  read(): Promise<SchemaStateReport> {
    return schemaState(this.database, this.known);
  }
}
