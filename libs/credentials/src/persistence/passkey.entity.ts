import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

@Entity('passkeys')
export class Passkey {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'passkeys_pkey' })
  id: string;

  @Index('passkeys_user_idx')
  @Column({ name: 'user_id', type: 'bigint' })
  userId: UserId;

  @Index('passkeys_credential_key', { unique: true })
  @Column({ name: 'credential_id', type: 'bytea' })
  credentialId: Buffer;

  /** A COSE key. */
  @Column({ name: 'public_key', type: 'bytea' })
  publicKey: Buffer;

  /** The last one seen; 0: its authenticator does not count. */
  @Column({ name: 'sign_count', type: 'bigint' })
  signCount: string;

  /** How browsers reach it, as they told at registration. */
  @Column({ type: 'character varying', array: true, default: '{}' })
  transports: string[];

  @Column({ type: 'character varying' })
  name: string;

  /** The make of the authenticator, as it says itself: nothing proves it. */
  @Column({ type: 'uuid' })
  aaguid: string;

  @Column({ name: 'backed_up', type: 'boolean' })
  backedUp: boolean;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'last_used_at', type: 'timestamp with time zone', nullable: true })
  lastUsedAt: Date | null;

  /** Set when its counter ran backwards: there may be a copy. It never signs in again. */
  @Column({ name: 'suspended_at', type: 'timestamp with time zone', nullable: true })
  suspendedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'passkeys_user_fkey' })
  user?: Relation<User>;
}
