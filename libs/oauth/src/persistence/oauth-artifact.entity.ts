import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Session } from '@app/sessions';
import { User, type UserId } from '@app/users';
import { type Issuer, OauthGrant } from './oauth-grant.entity.js';

/** A code, token, interaction or browser session of a provider. Known by the hash of its id, its content sealed. */
@Entity('oauth_artifacts')
@Check('oauth_artifacts_issuer_check', "issuer IN ('oidc', 'indieauth')")
export class OauthArtifact {
  /** SHA-256 of issuer, model and id. */
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'oauth_artifacts_pkey' })
  hash: Buffer;

  @Column({ type: 'character varying' })
  issuer: Issuer;

  /** As the provider calls it: `AuthorizationCode`, `RefreshToken`. */
  @Column({ type: 'character varying' })
  model: string;

  @Index('oauth_artifacts_grant_idx')
  @Column({ name: 'grant_hash', type: 'bytea', nullable: true })
  grantHash: Buffer | null;

  @Index('oauth_artifacts_user_idx')
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId: UserId | null;

  @Column({ name: 'client_id', type: 'character varying', nullable: true })
  clientId: string | null;

  /** The session that it ends with. */
  @Index('oauth_artifacts_session_idx')
  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId: string | null;

  @Index('oauth_artifacts_uid_hash_key', { unique: true, where: 'uid_hash IS NOT NULL' })
  @Column({ name: 'uid_hash', type: 'bytea', nullable: true })
  uidHash: Buffer | null;

  @Index('oauth_artifacts_user_code_hash_key', { unique: true, where: 'user_code_hash IS NOT NULL' })
  @Column({ name: 'user_code_hash', type: 'bytea', nullable: true })
  userCodeHash: Buffer | null;

  /** What the provider wrote, in an envelope. */
  @Column({ type: 'bytea' })
  sealed: Buffer;

  /** What the account's was then: where it has moved, this is worth nothing. */
  @Column({ name: 'access_valid_from', type: 'timestamp with time zone', nullable: true })
  accessValidFrom: Date | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'consumed_at', type: 'timestamp with time zone', nullable: true })
  consumedAt: Date | null;

  /** Of a device code: when tokens were last asked for, not too soon after the time before. */
  @Column({ name: 'last_polled_at', type: 'timestamp with time zone', nullable: true })
  lastPolledAt: Date | null;

  @Index('oauth_artifacts_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @ManyToOne(() => OauthGrant, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'grant_hash', foreignKeyConstraintName: 'oauth_artifacts_grant_fkey' })
  grant: Relation<OauthGrant> | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'oauth_artifacts_user_fkey' })
  user: Relation<User> | null;

  @ManyToOne(() => Session, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'oauth_artifacts_session_fkey' })
  session: Relation<Session> | null;
}
