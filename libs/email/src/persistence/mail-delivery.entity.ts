import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

export type MailFate = 'sent' | 'deferred' | 'failed' | 'suppressed';

/** The ledger: one row for each attempt and what became of it. Partitioned by month, append-only. */
@Entity('mail_deliveries')
@Check('mail_deliveries_fate_check', "fate IN ('sent', 'deferred', 'failed', 'suppressed')")
export class MailDelivery {
  @PrimaryGeneratedColumn('increment', { type: 'bigint', primaryKeyConstraintName: 'mail_deliveries_pkey' })
  id: string;

  @PrimaryColumn({
    name: 'occurred_at',
    type: 'timestamp with time zone',
    default: () => 'app_now()',
    primaryKeyConstraintName: 'mail_deliveries_pkey',
  })
  occurredAt: Date;

  @Index('mail_deliveries_mail_idx')
  @Column({ name: 'mail_id', type: 'uuid' })
  mailId: string;

  @Column({ type: 'integer' })
  attempt: number;

  @Column({ type: 'character varying' })
  kind: string;

  @Column({ name: 'message_id', type: 'character varying', nullable: true })
  messageId: string | null;

  @Column({ type: 'character varying' })
  fate: MailFate;

  /** The server's reply code (RFC 5321 4.2), where it came to one. */
  @Column({ name: 'smtp_code', type: 'integer', nullable: true })
  smtpCode: number | null;

  @Column({ type: 'character varying', nullable: true })
  reason: string | null;
}
