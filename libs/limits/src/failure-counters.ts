import { Injectable } from '@nestjs/common';
import { KeyedHash } from '@app/crypto';
import { Database, type Sql } from '@app/database';
import type { FailureState } from './progressive-delay.js';

const fail = {
  name: 'limits.count_failure',
  text: `
    INSERT INTO failure_counters AS f (key, failures, last_failed_at) VALUES ($1, 1, app_now())
    ON CONFLICT (key) DO UPDATE SET failures = LEAST(f.failures + 1, 1000000), last_failed_at = app_now()
    RETURNING failures`,
};
const reset = { name: 'limits.reset_failures', text: 'DELETE FROM failure_counters WHERE key = $1' };
const read = { name: 'limits.read_failures', text: 'SELECT failures FROM failure_counters WHERE key = $1' };

/** One of several counters that were read together; `place` is its place among them, from 1. */
export interface PlacedFailures extends FailureState {
  readonly place: number;
}

/**
 * An SQL expression for what several counters hold, as PlacedFailures[], for a statement that reads more.
 * @param parameter what `FailureCounters.keys` gave, as `$1`
 */
export const readFailures = (parameter: string): string => `
  (SELECT coalesce(json_agg(json_build_object('place', k.place, 'failures', f.failures,
     'since', extract(epoch FROM app_now() - f.last_failed_at))), '[]')
   FROM unnest(${parameter}::bytea[]) WITH ORDINALITY AS k (key, place) JOIN failure_counters f ON f.key = k.key)`;

/**
 * The INSERT that counts one failure more in several counters that only delay, for a statement that does more. They
 * are forgotten a month after the last failure: names that somebody made up must not pile up for ever.
 * @param parameter what `FailureCounters.keys` gave, as `$1`
 */
export const countFailures = (parameter: string): string => `
  INSERT INTO failure_counters AS f (key, failures, last_failed_at, expires_at)
  SELECT k.key, 1, app_now(), app_now() + interval '30 days' FROM unnest(${parameter}::bytea[]) AS k (key)
  ORDER BY k.key
  ON CONFLICT (key) DO UPDATE SET
    failures = LEAST(f.failures + 1, 1000000), last_failed_at = app_now(), expires_at = excluded.expires_at`;

/**
 * The DELETE that has several counters begin anew, for a statement that does more. Rows are locked in the order of
 * their keys, as where they are counted.
 */
export const resetFailures = (parameter: string): string => `
  DELETE FROM failure_counters WHERE key IN (
    SELECT key FROM failure_counters WHERE key = ANY (${parameter}::bytea[]) ORDER BY key FOR UPDATE)`;

/**
 * Failures in a row, one counter for each identity (an authenticator, or a name that somebody typed). Only success
 * or recovery resets it, never time: NIST SP 800-63B-4 allows at most 100.
 */
@Injectable()
export class FailureCounters {
  constructor(
    private readonly database: Database,
    private readonly hash: KeyedHash,
  ) {}

  /** Counts one more; returns how many it now is. */
  async fail(identity: string, sql: Sql = this.database): Promise<number> {
    const [row] = await sql.run<{ failures: number }>(fail, [this.keyOf(identity)]);
    return row?.failures ?? 1;
  }

  async reset(identity: string, sql: Sql = this.database): Promise<void> {
    await sql.run(reset, [this.keyOf(identity)]);
  }

  /** What `readFailures` and `countFailures` take. */
  keys(identities: readonly string[]): Buffer[] {
    return identities.map((identity) => this.keyOf(identity));
  }

  async resetAll(identities: readonly string[], sql: Sql = this.database): Promise<void> {
    await sql.run(resetMany, [this.keys(identities)]);
  }

  async read(identity: string, sql: Sql = this.database): Promise<number> {
    const [row] = await sql.run<{ failures: number }>(read, [this.keyOf(identity)]);
    return row?.failures ?? 0;
  }

  /** The key of its counter. */
  keyOf(identity: string): Buffer {
    return this.hash.digest('failures', identity);
  }
}

const resetMany = { name: 'limits.reset_all_failures', text: resetFailures('$1') };
