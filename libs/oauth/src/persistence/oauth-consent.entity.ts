import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** What a user let a client have, whatever session it happens in. */
export interface Granted {
  /** OpenID Connect scopes. */
  readonly scopes: readonly string[];
  /** Claims asked for one by one (OpenID Connect Core 5.5). */
  readonly claims: readonly string[];
  /** Scopes of each resource (RFC 8707). */
  readonly resources: Readonly<Record<string, readonly string[]>>;
}

@Entity('oauth_consents')
export class OauthConsent {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'oauth_consents_pkey' })
  userId: UserId;

  @PrimaryColumn({ name: 'client_id', type: 'character varying', primaryKeyConstraintName: 'oauth_consents_pkey' })
  clientId: string;

  @Column({ type: 'jsonb' })
  granted: Granted;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  updatedAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'oauth_consents_user_fkey' })
  user: Relation<User>;
}
