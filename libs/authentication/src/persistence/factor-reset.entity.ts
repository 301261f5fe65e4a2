import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** A reset of lost second factors. It does nothing by itself: the owner finishes or stops it. */
@Entity('factor_resets')
@Index('factor_resets_user_idx', ['userId', 'requestedAt'])
@Index('factor_resets_open_key', ['userId'], { unique: true, where: 'cancelled_at IS NULL AND completed_at IS NULL' })
export class FactorReset {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'factor_resets_pkey' })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  /** The administrator. */
  @Column({ name: 'requested_by', type: 'bigint' })
  requestedBy: UserId;

  @Column({ name: 'requested_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  requestedAt: Date;

  /** Before, it can only be stopped. */
  @Column({ name: 'takes_effect_at', type: 'timestamp with time zone' })
  takesEffectAt: Date;

  @Index('factor_resets_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'cancelled_at', type: 'timestamp with time zone', nullable: true })
  cancelledAt: Date | null;

  @Column({ name: 'completed_at', type: 'timestamp with time zone', nullable: true })
  completedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'factor_resets_user_fkey' })
  user?: Relation<User>;
}
