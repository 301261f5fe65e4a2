import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** Which of the two providers. Neither takes what the other handed out. */
export type Issuer = 'oidc' | 'indieauth';

/** What one client may do for one user since one sign-in. All that was handed out for it goes with it. */
@Entity('oauth_grants')
@Index('oauth_grants_user_idx', ['userId', 'clientId'])
@Check('oauth_grants_issuer_check', "issuer IN ('oidc', 'indieauth')")
export class OauthGrant {
  /** SHA-256 of its id. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'oauth_grants_pkey' })
  hash: Buffer;

  @Column({ type: 'character varying' })
  issuer: Issuer;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  @Column({ name: 'client_id', type: 'character varying' })
  clientId: string;

  /** The session it was given in, which it may survive. */
  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId: string | null;

  /** Scopes and claims, as the provider writes them; nothing secret. */
  @Column({ type: 'jsonb' })
  payload: Record<string, unknown>;

  /** What the account's was then: where it has moved, this is worth nothing. */
  @Column({ name: 'access_valid_from', type: 'timestamp with time zone' })
  accessValidFrom: Date;

  /** What the client called itself when somebody allowed it this: not every client is registered here. */
  @Column({ name: 'client_name', type: 'character varying', nullable: true })
  clientName: string | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Index('oauth_grants_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'oauth_grants_user_fkey' })
  user: Relation<User>;
}
