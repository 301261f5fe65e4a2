import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** Why a domain is no longer taken for its owner's. */
export type LapseReason = 'txt_record_gone' | 'email_changed' | 'metadata_gone' | 'unreachable';

/** A page by which a user is known elsewhere, and what proves that its domain is theirs. */
@Entity('indieauth_domains')
@Index('indieauth_domains_user_me_key', ['userId', 'me'], { unique: true })
export class IndieauthDomain {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'indieauth_domains_pkey' })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  /** The profile URL, canonical. */
  @Index('indieauth_domains_me_key', { unique: true, where: 'verified_at IS NOT NULL AND lapsed_at IS NULL' })
  @Column({ type: 'character varying' })
  me: string;

  /** Its host. */
  @Column({ type: 'character varying' })
  domain: string;

  /** What the TXT record has to say; no secret: everybody can read it there. */
  @Column({ name: 'txt_value', type: 'character varying' })
  txtValue: string;

  @Column({ name: 'dns_proved_at', type: 'timestamp with time zone', nullable: true })
  dnsProvedAt: Date | null;

  /** The address that the page publishes, to which the last code went. */
  @Column({ type: 'character varying', nullable: true })
  email: string | null;

  @Column({ name: 'email_proved_at', type: 'timestamp with time zone', nullable: true })
  emailProvedAt: Date | null;

  @Column({ name: 'code_hash', type: 'bytea', nullable: true })
  codeHash: Buffer | null;

  @Column({ name: 'code_expires_at', type: 'timestamp with time zone', nullable: true })
  codeExpiresAt: Date | null;

  @Column({ name: 'code_attempts', type: 'integer', default: 0 })
  codeAttempts: number;

  @Column({ name: 'verified_at', type: 'timestamp with time zone', nullable: true })
  verifiedAt: Date | null;

  @Column({ name: 'checked_at', type: 'timestamp with time zone', nullable: true })
  checkedAt: Date | null;

  @Index('indieauth_domains_next_check_idx', { where: 'next_check_at IS NOT NULL' })
  @Column({ name: 'next_check_at', type: 'timestamp with time zone', nullable: true })
  nextCheckAt: Date | null;

  @Column({ name: 'lapsed_at', type: 'timestamp with time zone', nullable: true })
  lapsedAt: Date | null;

  @Column({ name: 'lapse_reason', type: 'character varying', nullable: true })
  lapseReason: LapseReason | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'indieauth_domains_user_fkey' })
  user: Relation<User>;
}
