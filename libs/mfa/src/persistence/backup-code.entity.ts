import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** One of the codes that stand in for a lost factor. Found by its selector, proved by its secret part. */
@Entity('backup_codes')
export class BackupCode {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'backup_codes_pkey' })
  userId: UserId;

  @PrimaryColumn({ type: 'character varying', primaryKeyConstraintName: 'backup_codes_pkey' })
  selector: string;

  /** A PHC string of the secret part. */
  @Column({ type: 'character varying' })
  hash: string;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'used_at', type: 'timestamp with time zone', nullable: true })
  usedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'backup_codes_user_fkey' })
  user?: Relation<User>;
}
