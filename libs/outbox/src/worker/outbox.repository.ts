import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { OutboxJob } from './outbox-job.js';

/**
 * Hands rows over by moving their next hand-over into the future: were everything after this statement lost (this
 * process, the queue), the row would be due again then.
 */
const claim = {
  name: 'outbox.claim',
  text: `
    WITH due AS (
      SELECT id FROM outbox WHERE topic = $1 AND next_at <= app_now()
      ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET attempt = attempt + 1, next_at = app_now() + $3 * interval '1 millisecond'
    FROM due WHERE outbox.id = due.id
    RETURNING outbox.id AS "outboxId", topic, reference, attempt`,
};

/** Only rows that nobody touched since: their handler may have deferred them meanwhile. */
const handBack = {
  name: 'outbox.hand_back',
  text: `
    UPDATE outbox SET next_at = least(next_at, app_now() + $3 * interval '1 millisecond')
    FROM unnest($1::uuid[], $2::int[]) AS failed (id, attempt)
    WHERE outbox.id = failed.id AND outbox.attempt = failed.attempt`,
};

const backlog = {
  name: 'outbox.backlog',
  text: `
    SELECT topic, count(*)::int AS open,
      coalesce(extract(epoch FROM app_now() - min(created_at)), 0)::float8 AS "oldestSeconds",
      coalesce(extract(epoch FROM app_now() - min(next_at)), 0)::float8 AS "overdueSeconds"
    FROM outbox GROUP BY topic`,
};

export interface OutboxBacklog {
  readonly topic: string;
  readonly open: number;
  /** Age of the oldest open row. */
  readonly oldestSeconds: number;
  /** How long ago the most overdue row should have been handed over; negative: nothing is overdue. */
  readonly overdueSeconds: number;
}

/** The relay's side of the outbox table. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly database: Database) {}

  /** Takes up to `limit` due rows of a topic; they are due again after `redeliverMs` unless closed or deferred. */
  claim(topic: string, limit: number, redeliverMs: number): Promise<OutboxJob[]> {
    return this.database.run<OutboxJob>(claim, [topic, limit, redeliverMs]);
  }

  /** Makes rows that the queue did not take due again soon. */
  async handBack(jobs: readonly OutboxJob[], delayMs: number): Promise<void> {
    const ids = jobs.map((job) => job.outboxId);
    const attempts = jobs.map((job) => job.attempt);
    await this.database.run(handBack, [ids, attempts, delayMs]);
  }

  backlog(): Promise<OutboxBacklog[]> {
    return this.database.run<OutboxBacklog>(backlog);
  }
}
