import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An import of users from one file, and how far it has come. */
@Entity('import_runs')
@Check('import_runs_sum_check', 'lines = blank + imported + existing + duplicates + refused')
@Index('import_runs_unfinished_key', ['fileSha256'], { unique: true, where: 'finished_at IS NULL' })
export class ImportRun {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'import_runs_pkey' })
  id: string;

  @Column({ name: 'file_sha256', type: 'bytea' })
  fileSha256: Buffer;

  /** Those dealt with; each is counted in exactly one of what follows. */
  @Column({ type: 'integer', default: 0 })
  lines: number;

  @Column({ type: 'integer', default: 0 })
  blank: number;

  @Column({ type: 'integer', default: 0 })
  imported: number;

  @Column({ type: 'integer', default: 0 })
  existing: number;

  @Column({ type: 'integer', default: 0 })
  duplicates: number;

  @Column({ type: 'integer', default: 0 })
  refused: number;

  @Column({ name: 'started_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  startedAt: Date;

  @Column({ name: 'finished_at', type: 'timestamp with time zone', nullable: true })
  finishedAt: Date | null;
}
