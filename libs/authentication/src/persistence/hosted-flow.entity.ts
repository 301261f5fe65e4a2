import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A journey through hosted pages, known to its browser by a cookie whose SHA-256 is the key. */
@Entity('hosted_flows')
export class HostedFlow {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'hosted_flows_pkey' })
  hash: Buffer;

  @Column({ type: 'character varying' })
  kind: string;

  /** The one-time token of the link that began it. */
  @Column({ name: 'token_hash', type: 'bytea', nullable: true })
  tokenHash: Buffer | null;

  @Column({ type: 'jsonb', default: {} })
  data: Record<string, unknown>;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Index('hosted_flows_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'finished_at', type: 'timestamp with time zone', nullable: true })
  finishedAt: Date | null;
}
