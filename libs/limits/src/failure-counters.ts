import { Injectable } from '@nestjs/common';
import { KeyedHash } from '@app/crypto';
import { Database, type Sql } from '@app/database';

const fail = {
  name: 'limits.count_failure',
  text: `
    INSERT INTO failure_counters AS f (key, failures, last_failed_at) VALUES ($1, 1, app_now())
    ON CONFLICT (key) DO UPDATE SET failures = LEAST(f.failures + 1, 1000000), last_failed_at = app_now()
    RETURNING failures`,
};
const reset = { name: 'limits.reset_failures', text: 'DELETE FROM failure_counters WHERE key = $1' };
const read = { name: 'limits.read_failures', text: 'SELECT failures FROM failure_counters WHERE key = $1' };

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

  async read(identity: string, sql: Sql = this.database): Promise<number> {
    const [row] = await sql.run<{ failures: number }>(read, [this.keyOf(identity)]);
    return row?.failures ?? 0;
  }

  /** The key of its counter. */
  keyOf(identity: string): Buffer {
    return this.hash.digest('failures', identity);
  }
}
