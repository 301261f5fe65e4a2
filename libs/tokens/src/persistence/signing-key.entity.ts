import type { JsonWebKey } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('signing_keys')
export class SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  @PrimaryColumn({ type: 'character varying', primaryKeyConstraintName: 'signing_keys_pkey' })
  kid: string;

  @Column({ type: 'character varying' })
  algorithm: string;

  @Column({ name: 'public_jwk', type: 'jsonb' })
  publicJwk: JsonWebKey;

  /** PKCS #8 in an envelope. */
  @Column({ name: 'sealed_private_key', type: 'bytea' })
  sealedPrivateKey: Buffer;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  /** Published from its creation, used from here. */
  @Column({ name: 'signs_from', type: 'timestamp with time zone' })
  signsFrom: Date;

  /** Published until here. */
  @Column({ name: 'retires_at', type: 'timestamp with time zone', nullable: true })
  retiresAt: Date | null;
}
