import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, Sweeps } from '@app/database';

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

/** Deletes windows that ended. */
@Injectable()
export class LimitsSweep implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
  ) {}

  onModuleInit(): void {
    this.sweeps.register({ name: 'limits.windows', run: () => this.run() });
  }

  async run(): Promise<number> {
    const [row] = await this.database.run<{ rows: number }>(sweepWindows, [batch]);
    return row?.rows ?? 0;
  }
}
