import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** A browser or client that somebody signed in from, and that keeps a secret to be known again by. */
@Entity('known_devices')
export class KnownDevice {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'known_devices_pkey' })
  userId: UserId;

  /** SHA-256 of the secret. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'known_devices_pkey' })
  hash: Buffer;

  @Column({ type: 'inet', nullable: true })
  address: string | null;

  @Column({ name: 'user_agent', type: 'character varying', nullable: true })
  userAgent: string | null;

  /** Passwords in a row that were wrong here. They count for nobody else. */
  @Column({ type: 'integer', default: 0 })
  failures: number;

  @Column({ name: 'last_failed_at', type: 'timestamp with time zone', nullable: true })
  lastFailedAt: Date | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Index('known_devices_last_seen_idx')
  @Column({ name: 'last_seen_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  lastSeenAt: Date;

  /** When the secret first came back. null: perhaps it was not kept. */
  @Column({ name: 'presented_at', type: 'timestamp with time zone', nullable: true })
  presentedAt: Date | null;

  /** Known no longer; kept so that the next sign-in does not pass for the account's first. */
  @Column({ name: 'forgotten_at', type: 'timestamp with time zone', nullable: true })
  forgottenAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'known_devices_user_fkey' })
  user?: Relation<User>;
}
