import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports of users: how far each has come, whom it made, what it refused. */
export class Imports1763700000011 implements MigrationInterface {
  name = 'Imports1763700000011';

  async up(query: QueryRunner): Promise<void> {
    await query.query(importRuns);
    await query.query(importRefusals);
    await query.query(importedUsers);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE imported_users, import_refusals, import_runs');
  }
}

/* One unfinished run a file: whoever comes again with the same bytes goes on with it. */
const importRuns = `
  CREATE TABLE import_runs (
    id uuid NOT NULL,
    file_sha256 bytea NOT NULL,
    lines integer NOT NULL DEFAULT 0,
    blank integer NOT NULL DEFAULT 0,
    imported integer NOT NULL DEFAULT 0,
    existing integer NOT NULL DEFAULT 0,
    duplicates integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    started_at timestamp with time zone NOT NULL DEFAULT app_now(),
    finished_at timestamp with time zone,
    CONSTRAINT import_runs_pkey PRIMARY KEY (id),
    CONSTRAINT import_runs_sum_check CHECK (lines = blank + imported + existing + duplicates + refused)
  );
  CREATE UNIQUE INDEX import_runs_unfinished_key ON import_runs (file_sha256) WHERE finished_at IS NULL`;

const importRefusals = `
  CREATE TABLE import_refusals (
    run_id uuid NOT NULL,
    line integer NOT NULL,
    code character varying NOT NULL,
    detail character varying NOT NULL,
    CONSTRAINT import_refusals_pkey PRIMARY KEY (run_id, line),
    CONSTRAINT import_refusals_run_fkey FOREIGN KEY (run_id) REFERENCES import_runs (id) ON DELETE CASCADE
  )`;

const importedUsers = `
  CREATE TABLE imported_users (
    user_id bigint NOT NULL,
    run_id uuid NOT NULL,
    line integer NOT NULL,
    CONSTRAINT imported_users_pkey PRIMARY KEY (user_id),
    CONSTRAINT imported_users_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT imported_users_run_fkey FOREIGN KEY (run_id) REFERENCES import_runs (id) ON DELETE CASCADE
  );
  CREATE INDEX imported_users_run_idx ON imported_users (run_id)`;
