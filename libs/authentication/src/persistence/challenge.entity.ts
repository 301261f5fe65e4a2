import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { SessionCarrier } from '@app/sessions';
import { type SecondFactor, User, type UserId } from '@app/users';

/** A sign-in that has proved one factor and owes another. */
@Entity('challenges')
export class Challenge {
  /** SHA-256 of the id that only whoever began the sign-in knows. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'challenges_pkey' })
  hash: Buffer;

  @Index('challenges_user_idx')
  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  /** The first factor, as the audit log calls it. */
  @Column({ type: 'character varying' })
  factor: string;

  /** RFC 8176 values of the first factor. */
  @Column({ type: 'character varying', array: true })
  amr: string[];

  /** What may answer it. */
  @Column({ type: 'character varying', array: true })
  methods: SecondFactor[];

  @Column({ type: 'character varying' })
  carrier: SessionCarrier;

  /** The session that a step-up renews, and the only one that may answer. */
  @Column({ type: 'uuid', nullable: true })
  replaces: string | null;

  /** The account's when the first factor was proved. See AccessValidFrom. */
  @Column({ name: 'access_valid_from', type: 'timestamp with time zone', nullable: true })
  accessValidFrom: Date | null;

  @Column({ type: 'integer', default: 0 })
  attempts: number;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Index('challenges_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'completed_at', type: 'timestamp with time zone', nullable: true })
  completedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'challenges_user_fkey' })
  user?: Relation<User>;
}
