import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Work that must happen after a commit. Open until its handler deletes it. */
@Entity('outbox')
@Index('outbox_due_idx', ['topic', 'nextAt'])
export class OutboxRow {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'outbox_pkey' })
  id: string;

  @Column({ type: 'character varying' })
  topic: string;

  /** The id of what the work is about; the only fact that travels through the queue. */
  @Column({ type: 'character varying' })
  reference: string;

  /** How often it was handed to the queue. */
  @Column({ type: 'integer', default: 0 })
  attempt: number;

  /** When it is handed over, or handed over again. */
  @Column({ name: 'next_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  nextAt: Date;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;
}
