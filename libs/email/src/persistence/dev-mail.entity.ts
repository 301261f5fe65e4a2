import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A mail that the dev inbox caught instead of an SMTP server. */
@Entity('dev_mails')
export class DevMail {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'dev_mails_pkey' })
  id: string;

  @Column({ type: 'character varying' })
  recipient: string;

  @Column({ type: 'character varying' })
  subject: string;

  @Column({ type: 'character varying' })
  text: string;

  @Column({ type: 'character varying' })
  html: string;

  @Column({ type: 'jsonb' })
  headers: Readonly<Record<string, string>>;

  @Column({ name: 'message_id', type: 'character varying' })
  messageId: string;

  @Index('dev_mails_created_idx')
  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;
}
