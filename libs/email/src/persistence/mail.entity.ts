import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MailData } from '../mail.js';

export type MailStatus = 'queued' | 'sent' | 'failed' | 'suppressed';

/** A mail that a change asked for. What it says is decided at the first attempt, and then never changes. */
@Entity('mails')
@Check('mails_status_check', "status IN ('queued', 'sent', 'failed', 'suppressed')")
@Check('mails_finished_check', "(status = 'queued') = (finished_at IS NULL)")
@Check('mails_wiped_check', "status = 'queued' OR (sealed_secret IS NULL AND sealed_letter IS NULL)")
@Index('mails_finished_idx', ['finishedAt'], { where: 'finished_at IS NOT NULL' })
export class MailRow {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'mails_pkey' })
  id: string;

  @Column({ type: 'character varying' })
  kind: string;

  @Column({ type: 'character varying' })
  recipient: string;

  /** The id of what the mail is about, for its composer. */
  @Column({ type: 'character varying', nullable: true })
  reference: string | null;

  /** The token of a link; wiped with the letter once the mail's fate is final. */
  @Column({ name: 'sealed_secret', type: 'bytea', nullable: true })
  sealedSecret: Buffer | null;

  @Column({ type: 'jsonb', default: {} })
  data: MailData;

  @Column({ type: 'character varying', default: 'queued' })
  status: MailStatus;

  /** Attempts whose result is known, and the one under way. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  @Column({ name: 'message_id', type: 'character varying', nullable: true })
  messageId: string | null;

  /** The composed letter: every attempt sends these bytes. */
  @Column({ name: 'sealed_letter', type: 'bytea', nullable: true })
  sealedLetter: Buffer | null;

  @Column({ name: 'first_attempt_at', type: 'timestamp with time zone', nullable: true })
  firstAttemptAt: Date | null;

  /** Until then one worker owns the sending; null: nobody does. */
  @Column({ name: 'leased_until', type: 'timestamp with time zone', nullable: true })
  leasedUntil: Date | null;

  @Column({ name: 'last_error', type: 'character varying', nullable: true })
  lastError: string | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'finished_at', type: 'timestamp with time zone', nullable: true })
  finishedAt: Date | null;
}
