import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Consecutive failures of one keyed identity. Logged, so it survives crashes. */
@Entity('failure_counters')
export class FailureCounter {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'failure_counters_pkey' })
  key: Buffer;

  @Column({ type: 'integer' })
  failures: number;

  @Column({ name: 'last_failed_at', type: 'timestamp with time zone' })
  lastFailedAt: Date;

  /** When a counter that only delays may go; null: never by itself. */
  @Index('failure_counters_expires_idx', { where: 'expires_at IS NOT NULL' })
  @Column({ name: 'expires_at', type: 'timestamp with time zone', nullable: true })
  expiresAt: Date | null;
}
