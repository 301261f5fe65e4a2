import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** The secret that an authenticator app shares: one in force an account, and one being enrolled. */
@Entity('totp_factors')
@Index('totp_factors_confirmed_key', ['userId'], { unique: true, where: 'confirmed_at IS NOT NULL' })
@Index('totp_factors_unconfirmed_key', ['userId'], { unique: true, where: 'confirmed_at IS NULL' })
export class TotpFactor {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'totp_factors_pkey' })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  /** An envelope whose context names user and row. */
  @Column({ name: 'sealed_secret', type: 'bytea' })
  sealedSecret: Buffer;

  @Column({ name: 'confirmed_at', type: 'timestamp with time zone', nullable: true })
  confirmedAt: Date | null;

  /** The time step of the last code that was accepted: no code of it or before it works again. */
  @Column({ name: 'last_step', type: 'bigint', default: 0 })
  lastStep: string;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'totp_factors_user_fkey' })
  user?: Relation<User>;
}
