import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Profile } from '@app/users';

/** One attempt to register. It becomes a user when the mailbox proves itself, and is nobody until then. */
@Entity('pending_registrations')
export class PendingRegistration {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pending_registrations_pkey' })
  id: string;

  @Column({ type: 'character varying' })
  email: string;

  @Index('pending_registrations_email_idx')
  @Column({ name: 'email_key', type: 'character varying' })
  emailKey: string;

  @Column({ type: 'character varying', nullable: true })
  username: string | null;

  @Column({ type: 'jsonb' })
  profile: Profile;

  @Column({ name: 'password_hash', type: 'character varying' })
  passwordHash: string;

  @Index('pending_registrations_created_idx')
  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;
}
