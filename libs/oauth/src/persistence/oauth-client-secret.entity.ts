import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { OauthClient } from './oauth-client.entity.js';

/** One of the secrets of a client: while they are rotated, there are two. */
@Entity('oauth_client_secrets')
export class OauthClientSecret {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'oauth_client_secrets_pkey' })
  id: string;

  @Index('oauth_client_secrets_client_idx')
  @Column({ name: 'client_id', type: 'character varying' })
  clientId: string;

  /** SHA-256: a secret is 256 random bits. */
  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'expires_at', type: 'timestamp with time zone', nullable: true })
  expiresAt: Date | null;

  @ManyToOne(() => OauthClient, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'oauth_client_secrets_client_fkey' })
  client: Relation<OauthClient>;
}
