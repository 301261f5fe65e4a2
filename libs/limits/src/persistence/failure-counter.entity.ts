import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Consecutive failures of one keyed identity. No time resets it, so it survives crashes. */
@Entity('failure_counters')
export class FailureCounter {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'failure_counters_pkey' })
  key: Buffer;

  @Column({ type: 'integer' })
  failures: number;

  @Column({ name: 'last_failed_at', type: 'timestamp with time zone' })
  lastFailedAt: Date;
}
