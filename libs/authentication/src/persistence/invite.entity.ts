import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** An administrator's invitation to open an account. */
@Entity('invites')
@Index('invites_created_idx', ['createdAt', 'id'])
export class Invite {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'invites_pkey' })
  id: string;

  @Column({ type: 'character varying' })
  email: string;

  @Index('invites_email_idx')
  @Column({ name: 'email_key', type: 'character varying' })
  emailKey: string;

  /** For administrators only. */
  @Column({ type: 'character varying', nullable: true })
  note: string | null;

  /** What the account will hold. */
  @Column({ type: 'character varying', array: true, default: '{}' })
  roles: string[];

  @Index('invites_created_by_idx')
  @Column({ name: 'created_by', type: 'bigint' })
  createdBy: UserId;

  /** SHA-256 of what the last mail's link carries. */
  @Index('invites_token_hash_key', { unique: true })
  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  /** When the last mail was asked for. */
  @Index('invites_sent_idx')
  @Column({ name: 'sent_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  sentAt: Date;

  /** Counted from the first attempt to deliver, so that it is null until then. */
  @Column({ name: 'expires_at', type: 'timestamp with time zone', nullable: true })
  expiresAt: Date | null;

  @Column({ name: 'accepted_at', type: 'timestamp with time zone', nullable: true })
  acceptedAt: Date | null;

  @Index('invites_accepted_by_idx')
  @Column({ name: 'accepted_by', type: 'bigint', nullable: true })
  acceptedBy: UserId | null;

  @Column({ name: 'revoked_at', type: 'timestamp with time zone', nullable: true })
  revokedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'invites_created_by_fkey' })
  creator?: Relation<User>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'accepted_by', foreignKeyConstraintName: 'invites_accepted_by_fkey' })
  accepter?: Relation<User>;
}
