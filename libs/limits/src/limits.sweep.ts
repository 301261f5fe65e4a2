import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Statement, Sweeps } from '@app/database';

const batch = 1000;

const sweepWindows = {
  name: 'limits.sweep_windows',
  text: `
    WITH gone AS (
      DELETE FROM limit_windows WHERE key IN (
        SELECT key FROM limit_windows WHERE resets_at < app_now() ORDER BY resets_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING 1)
    SELECT count(*)::int AS rows FROM gone`,
};

const sweepCounters = {
  name: 'limits.sweep_failure_counters',
  text: `
    WITH gone AS (
      DELETE FROM failure_counters WHERE key IN (
        SELECT key FROM failure_counters WHERE expires_at < app_now() ORDER BY expires_at LIMIT $1
        FOR UPDATE SKIP LOCKED)
      RETURNING 1)
    SELECT count(*)::int AS rows FROM gone`,
};

/** Deletes windows that ended, and counters of delays that are long over. */
@Injectable()
export class LimitsSweep implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
  ) {}

  onModuleInit(): void {
    this.sweeps.register({ name: 'limits.windows', run: () => this.run() });
    this.sweeps.register({ name: 'limits.failure_counters', run: () => this.run(sweepCounters) });
  }

  async run(statement: Statement = sweepWindows): Promise<number> {
    const [row] = await this.database.run<{ rows: number }>(statement, [batch]);
    return row?.rows ?? 0;
  }
}
