import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { RefreshFamily } from './refresh-family.entity.js';

@Entity('refresh_tokens')
@Index('refresh_tokens_family_generation_key', ['familyId', 'generation'], { unique: true })
export class RefreshToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'refresh_tokens_pkey' })
  hash: Buffer;

  @Column({ name: 'family_id', type: 'uuid' })
  familyId: string;

  @Column({ name: 'parent_hash', type: 'bytea', nullable: true })
  parentHash: Buffer | null;

  @Column({ type: 'integer' })
  generation: number;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'idle_expires_at', type: 'timestamp with time zone' })
  idleExpiresAt: Date;

  @Column({ name: 'consumed_at', type: 'timestamp with time zone', nullable: true })
  consumedAt: Date | null;

  /** The child's value under a key derived from this token's value: the database alone reveals nothing. */
  @Column({ name: 'sealed_successor', type: 'bytea', nullable: true })
  sealedSuccessor: Buffer | null;

  @ManyToOne(() => RefreshFamily, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'family_id', foreignKeyConstraintName: 'refresh_tokens_family_fkey' })
  family?: Relation<RefreshFamily>;
}
