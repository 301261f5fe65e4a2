import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { OauthGrant } from '@app/oauth';

/** As whom a user signed in at a client. */
@Entity('indieauth_grants')
export class IndieauthGrant {
  @PrimaryColumn({ name: 'grant_hash', type: 'bytea', primaryKeyConstraintName: 'indieauth_grants_pkey' })
  grantHash: Buffer;

  /** The profile URL. */
  @Column({ type: 'character varying' })
  me: string;

  @OneToOne(() => OauthGrant, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'grant_hash', foreignKeyConstraintName: 'indieauth_grants_grant_fkey' })
  grant: Relation<OauthGrant>;
}
