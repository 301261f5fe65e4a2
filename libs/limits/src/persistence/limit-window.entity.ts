import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often one keyed thing was done in its running window. Unlogged: a crash of PostgreSQL opens all windows anew. */
@Entity('limit_windows')
export class LimitWindow {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'limit_windows_pkey' })
  key: Buffer;

  @Column({ type: 'integer' })
  hits: number;

  @Index('limit_windows_resets_at_idx')
  @Column({ name: 'resets_at', type: 'timestamp with time zone' })
  resetsAt: Date;
}
