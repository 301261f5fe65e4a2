import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Session } from './session.entity.js';

/** All refresh tokens that descend from one sign-in; revoked as a whole. */
@Entity('refresh_families')
export class RefreshFamily {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'refresh_families_pkey' })
  id: string;

  @Index('refresh_families_session_idx')
  @Column({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  /** Never moved. */
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamp with time zone', nullable: true })
  revokedAt: Date | null;

  @Column({ name: 'revoke_reason', type: 'character varying', nullable: true })
  revokeReason: string | null;

  @ManyToOne(() => Session, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'refresh_families_session_fkey' })
  session?: Relation<Session>;
}
