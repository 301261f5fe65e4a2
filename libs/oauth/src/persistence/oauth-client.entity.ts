import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** Client metadata by its RFC 7591 names, without a secret. */
export type ClientMetadata = Readonly<Record<string, unknown>>;

/** Somebody else's program, or one of ours, that asks for tokens. */
@Entity('oauth_clients')
@Index('oauth_clients_created_idx', ['createdAt', 'id'])
export class OauthClient {
  /** The `client_id`. */
  @PrimaryColumn({ type: 'character varying', primaryKeyConstraintName: 'oauth_clients_pkey' })
  id: string;

  @Column({ type: 'jsonb' })
  metadata: ClientMetadata;

  /** Ours: nobody is asked for consent. */
  @Column({ name: 'first_party', type: 'boolean', default: false })
  firstParty: boolean;

  @Index('oauth_clients_created_by_idx')
  @Column({ name: 'created_by', type: 'bigint', nullable: true })
  createdBy: UserId | null;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  updatedAt: Date;

  @Column({ name: 'disabled_at', type: 'timestamp with time zone', nullable: true })
  disabledAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'oauth_clients_created_by_fkey' })
  creator: Relation<User> | null;
}
