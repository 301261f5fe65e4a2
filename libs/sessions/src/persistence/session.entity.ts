import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';
import type { SessionCarrier, SessionEndReason } from '../session.js';

/** One sign-in. Nothing else answers "is this person signed in". */
@Entity('sessions')
@Index('sessions_user_idx', ['userId', 'id'], { where: 'ended_at IS NULL' })
@Index('sessions_end_awaited_idx', ['expiresAt'], { where: 'end_awaited AND ended_at IS NULL' })
@Check('sessions_carrier_check', "(carrier = 'cookie') = (cookie_hash IS NOT NULL)")
@Check('sessions_ended_check', '(ended_at IS NULL) = (end_reason IS NULL)')
export class Session {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  @Column({ type: 'character varying' })
  carrier: SessionCarrier;

  /** SHA-256 of the cookie's value. */
  @Index('sessions_cookie_hash_key', { unique: true, where: 'cookie_hash IS NOT NULL' })
  @Column({ name: 'cookie_hash', type: 'bytea', nullable: true })
  cookieHash: Buffer | null;

  /** RFC 8176 authentication methods. */
  @Column({ type: 'character varying', array: true })
  amr: string[];

  @Column({ type: 'character varying' })
  acr: string;

  @Column({ name: 'auth_time', type: 'timestamp with time zone', default: () => 'app_now()' })
  authTime: Date;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'last_seen_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  lastSeenAt: Date;

  @Column({ name: 'idle_expires_at', type: 'timestamp with time zone' })
  idleExpiresAt: Date;

  @Index('sessions_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'ended_at', type: 'timestamp with time zone', nullable: true })
  endedAt: Date | null;

  @Column({ name: 'end_reason', type: 'character varying', nullable: true })
  endReason: SessionEndReason | null;

  /** Whether others wait to hear of its end: it let clients in that are to be told. */
  @Column({ name: 'end_awaited', type: 'boolean', default: false })
  endAwaited: boolean;

  @Column({ type: 'inet', nullable: true })
  address: string | null;

  @Column({ name: 'user_agent', type: 'character varying', nullable: true })
  userAgent: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user_fkey' })
  user?: Relation<User>;
}
