import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

@Entity('password_credentials')
export class PasswordCredential {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'password_credentials_pkey' })
  userId: UserId;

  /** A PHC string. */
  @Column({ type: 'character varying' })
  hash: string;

  @Column({ name: 'must_change', type: 'boolean', default: false })
  mustChange: boolean;

  /** Wrong passwords in a row from devices that are not known for the account. No time resets it. */
  @Column({ type: 'integer', default: 0 })
  failures: number;

  /** Set: good for nothing until a reset by e-mail, but on devices that are known. */
  @Column({ name: 'disabled_at', type: 'timestamp with time zone', nullable: true })
  disabledAt: Date | null;

  @Column({ name: 'changed_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  changedAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'password_credentials_user_fkey' })
  user?: Relation<User>;
}
