import type { MigrationInterface } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

/** The names of the migrations that this code was written against, in order. */
export class KnownMigrations {
  readonly names: readonly string[];

  constructor(migrations: readonly MigrationClass[]) {
    this.names = migrations.map((migration) => new migration().name ?? migration.name);
  }
}
