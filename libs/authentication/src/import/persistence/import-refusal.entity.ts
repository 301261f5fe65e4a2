import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ImportRun } from './import-run.entity.js';

/** A line that no user was made of. Holds nothing of the line itself. */
@Entity('import_refusals')
export class ImportRefusal {
  @PrimaryColumn({ name: 'run_id', type: 'uuid', primaryKeyConstraintName: 'import_refusals_pkey' })
  runId: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'import_refusals_pkey' })
  line: number;

  @Column({ type: 'character varying' })
  code: string;

  @Column({ type: 'character varying' })
  detail: string;

  @ManyToOne(() => ImportRun, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'import_refusals_run_fkey' })
  run?: Relation<ImportRun>;
}
