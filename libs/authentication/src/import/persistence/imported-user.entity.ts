import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';
import { ImportRun } from './import-run.entity.js';

/** Where an account came from: it tells a duplicate in a file from an address that was here before. */
@Entity('imported_users')
export class ImportedUser {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'imported_users_pkey' })
  userId: UserId;

  @Index('imported_users_run_idx')
  @Column({ name: 'run_id', type: 'uuid' })
  runId: string;

  @Column({ type: 'integer' })
  line: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'imported_users_user_fkey' })
  user?: Relation<User>;

  @ManyToOne(() => ImportRun, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'imported_users_run_fkey' })
  run?: Relation<ImportRun>;
}
