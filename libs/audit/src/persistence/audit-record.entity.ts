import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonValue } from '../audit-event.js';

/** One row of the audit log; written by Audit alone. The column `txid` (xid8) is for a sealer, in SQL only. */
@Entity('audit_events')
@Index('audit_events_user_id_id_idx', ['userId', 'id'])
export class AuditRecord {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @PrimaryColumn({ name: 'occurred_at', type: 'timestamptz', default: () => 'app_now()' })
  occurredAt: Date;

  @Column({ type: 'varchar' })
  type: string;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId: string | null;

  @Column({ name: 'actor_id', type: 'bigint', nullable: true })
  actorId: string | null;

  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId: string | null;

  @Column({ type: 'inet', nullable: true })
  address: string | null;

  @Column({ name: 'user_agent', type: 'varchar', nullable: true })
  userAgent: string | null;

  @Column({ name: 'request_id', type: 'varchar', nullable: true })
  requestId: string | null;

  @Column({ type: 'jsonb', default: {} })
  data: Record<string, JsonValue>;
}
