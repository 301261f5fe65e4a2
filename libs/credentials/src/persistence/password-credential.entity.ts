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

  @Column({ name: 'changed_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  changedAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'password_credentials_user_fkey' })
  user?: Relation<User>;
}
