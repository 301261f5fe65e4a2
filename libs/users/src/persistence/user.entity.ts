import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { PostalAddress } from '../profile.js';
import type { SecondFactor } from '../second-factor.js';
import type { UserId } from '../user-id.js';

export type UserStatus = 'active' | 'disabled' | 'deleted';

/** An account and its OIDC standard claims (OpenID Connect Core 5.1). A deleted one stays as an empty row. */
@Entity('users')
@Check('users_status_check', "status IN ('active', 'disabled', 'deleted')")
@Check('users_email_check', "status = 'deleted' OR email_key IS NOT NULL")
@Index('users_admin_idx', ['id'], { where: "'admin' = ANY (roles)" })
export class User {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'users_pkey' })
  id: UserId;

  @Column({ type: 'character varying', default: 'active' })
  status: UserStatus;

  @Column({ type: 'character varying', nullable: true })
  username: string | null;

  @Index('users_username_key', { unique: true })
  @Column({ name: 'username_key', type: 'character varying', nullable: true })
  usernameKey: string | null;

  @Column({ type: 'character varying', nullable: true })
  email: string | null;

  @Index('users_email_key', { unique: true })
  @Column({ name: 'email_key', type: 'character varying', nullable: true })
  emailKey: string | null;

  @Column({ name: 'email_verified_at', type: 'timestamp with time zone', nullable: true })
  emailVerifiedAt: Date | null;

  @Column({ type: 'character varying', array: true, default: '{}' })
  roles: string[];

  /** Kept by whoever adds or removes one, in the same transaction, so that a sign-in needs no further read. */
  @Column({ name: 'second_factors', type: 'character varying', array: true, default: '{}' })
  secondFactors: SecondFactor[];

  @Column({ type: 'character varying', nullable: true })
  name: string | null;

  @Column({ name: 'given_name', type: 'character varying', nullable: true })
  givenName: string | null;

  @Column({ name: 'family_name', type: 'character varying', nullable: true })
  familyName: string | null;

  @Column({ name: 'middle_name', type: 'character varying', nullable: true })
  middleName: string | null;

  @Column({ type: 'character varying', nullable: true })
  nickname: string | null;

  @Column({ type: 'character varying', nullable: true })
  profile: string | null;

  @Column({ type: 'character varying', nullable: true })
  picture: string | null;

  @Column({ type: 'character varying', nullable: true })
  website: string | null;

  @Column({ type: 'character varying', nullable: true })
  gender: string | null;

  @Column({ type: 'character varying', nullable: true })
  birthdate: string | null;

  @Column({ type: 'character varying', nullable: true })
  zoneinfo: string | null;

  @Column({ type: 'character varying', nullable: true })
  locale: string | null;

  @Column({ name: 'phone_number', type: 'character varying', nullable: true })
  phoneNumber: string | null;

  @Column({ name: 'phone_number_verified', type: 'boolean', default: false })
  phoneNumberVerified: boolean;

  @Column({ type: 'jsonb', nullable: true })
  address: PostalAddress | null;

  /** What applications were granted before is worth nothing. */
  @Column({ name: 'grants_valid_from', type: 'timestamp with time zone', default: () => 'app_now()' })
  grantsValidFrom: Date;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  updatedAt: Date;
}
