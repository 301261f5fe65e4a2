import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('one_time_tokens')
export class OneTimeToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'one_time_tokens_pkey' })
  hash: Buffer;

  @Column({ type: 'character varying' })
  purpose: string;

  @Index('one_time_tokens_reference_idx', { where: 'consumed_at IS NULL' })
  @Column({ type: 'character varying' })
  reference: string;

  @Index('one_time_tokens_user_idx', { where: 'user_id IS NOT NULL' })
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId: string | null;

  @Column({ type: 'jsonb', default: {} })
  data: Record<string, unknown>;

  @Index('one_time_tokens_created_idx')
  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  /** null: not active yet; a mailed token is activated when its mail is first attempted. */
  @Column({ name: 'expires_at', type: 'timestamp with time zone', nullable: true })
  expiresAt: Date | null;

  @Column({ name: 'consumed_at', type: 'timestamp with time zone', nullable: true })
  consumedAt: Date | null;
}
