import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import { FailureCounters } from './failure-counters.js';
import { type LimitHit, Limits } from './limits.js';

/** Something that can be guessed: what counts its failures in a row, and the limit that holds them in time. */
export interface Guessable {
  /** As FailureCounters take it. */
  readonly identity: string;
  readonly limit: LimitHit;
}

/**
 * Attempts at what can be guessed. Each counts as wrong before it is compared, and is taken back where it was right:
 * so no more come through than are allowed, however many come at once.
 */
@Injectable()
export class GuessAttempts {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
    private readonly failures: FailureCounters,
  ) {}

  /**
   * Counts one attempt, in one statement.
   * @returns which one in a row it is
   * @throws Throttled where the limit is passed; such an attempt is none
   */
  async take({ identity, limit }: Guessable): Promise<number> {
    const { count, seconds } = this.limits.ruleOf(limit.rule);
    const values = [this.limits.keyOf(limit), seconds, count, this.failures.keyOf(identity)];
    const [row] = await this.database.run<{ hits: number; seconds: number; failures: number }>(takeAttempt, values);
    if (!row) throw new Error('the attempt was not counted');
    this.limits.judge(limit.rule, row);
    return row.failures;
  }

  /** The attempt was right: it is taken back, and the failures in a row are over. */
  async wasRight(tx: Tx, { identity, limit }: Guessable): Promise<void> {
    await tx.run(takeBack, [this.limits.keyOf(limit), this.failures.keyOf(identity)]);
  }
}

const takeAttempt = {
  name: 'limits.take_attempt',
  text: `
    WITH hit AS (
      INSERT INTO limit_windows AS w (key, hits, resets_at) VALUES ($1, 1, app_now() + make_interval(secs => $2::int))
      ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN w.resets_at <= app_now() THEN 1 ELSE LEAST(w.hits + 1, 2000000000) END,
        resets_at = CASE WHEN w.resets_at <= app_now() THEN excluded.resets_at ELSE w.resets_at END
      RETURNING hits, ceil(extract(epoch FROM resets_at - app_now()))::int AS seconds
    ), failure AS (
      INSERT INTO failure_counters AS f (key, failures, last_failed_at)
      SELECT $4, 1, app_now() FROM hit WHERE hits <= $3::int
      ON CONFLICT (key) DO UPDATE SET failures = LEAST(f.failures + 1, 1000000), last_failed_at = app_now()
      RETURNING failures
    )
    SELECT hit.hits, hit.seconds, coalesce(failure.failures, 0) AS failures FROM hit LEFT JOIN failure ON true`,
};
/* The window first, as above, so that two of one account never wait for each other. */
const takeBack = {
  name: 'limits.take_back_attempt',
  text: `
    WITH window_of AS (UPDATE limit_windows SET hits = greatest(hits - 1, 0) WHERE key = $1 RETURNING 1)
    DELETE FROM failure_counters WHERE (SELECT count(*) FROM window_of) >= 0 AND key = $2`,
};
