import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rate-limit windows and counters of consecutive failures. */
export class Limits1763700000004 implements MigrationInterface {
  name = 'Limits1763700000004';

  async up(query: QueryRunner): Promise<void> {
    await query.query(limitWindows);
    await query.query(failureCounters);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE failure_counters, limit_windows');
  }
}

/*
 * Unlogged: counting must not cost a write to the WAL, and losing the windows in a crash of PostgreSQL is no harm.
 * Half-filled pages let the counts, which are no indexed column, be updated in place.
 */
const limitWindows = `
  CREATE UNLOGGED TABLE limit_windows (
    key bytea NOT NULL,
    hits integer NOT NULL,
    resets_at timestamp with time zone NOT NULL,
    CONSTRAINT limit_windows_pkey PRIMARY KEY (key)
  ) WITH (fillfactor = 50);
  CREATE INDEX limit_windows_resets_at_idx ON limit_windows (resets_at)`;

const failureCounters = `
  CREATE TABLE failure_counters (
    key bytea NOT NULL,
    failures integer NOT NULL,
    last_failed_at timestamp with time zone NOT NULL,
    CONSTRAINT failure_counters_pkey PRIMARY KEY (key)
  ) WITH (fillfactor = 50)`;
