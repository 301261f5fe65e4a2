import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { Sweeps } from './sweeps.js';

const ensurePartitions = {
  name: 'database.ensure_time_partitions',
  text: 'SELECT ensure_time_partitions() AS made',
};

/** Keeps the months ahead ready for every table that a migration registered in time_partitioned_tables. */
@Injectable()
export class TimePartitions {
  constructor(
    private readonly database: Database,
    sweeps: Sweeps,
  ) {
    sweeps.register({ name: 'database.time_partitions', run: () => this.ensure() });
  }

  /** Makes missing partitions of this month and the next ones; returns how many. */
  async ensure(): Promise<number> {
    const [row] = await this.database.run<{ made: number }>(ensurePartitions);
    return row?.made ?? 0;
  }
}
