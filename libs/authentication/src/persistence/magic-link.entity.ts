import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User, type UserId } from '@app/users';

/** One request to sign in by mail. It is written for every address; only one with an account gets a user. */
@Entity('magic_links')
export class MagicLink {
  /** What whoever asked types their code under. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'magic_links_pkey' })
  id: string;

  @Index('magic_links_email_idx')
  @Column({ name: 'email_key', type: 'character varying' })
  emailKey: string;

  /** SHA-256 of what the link carries. */
  @Index('magic_links_token_hash_key', { unique: true })
  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash: Buffer;

  /** SHA-256 of what the browser or client that asked keeps. */
  @Column({ name: 'binding_hash', type: 'bytea' })
  bindingHash: Buffer;

  /** Keyed hash of the code together with the id. */
  @Column({ name: 'code_hash', type: 'bytea' })
  codeHash: Buffer;

  /** Codes that were typed. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  /** Set by the worker where an account has the address; taken away where the account no longer takes the link. */
  @Index('magic_links_user_idx')
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId: UserId | null;

  @Index('magic_links_created_idx')
  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  /** Counted from the first attempt to deliver, so that it is null until then. */
  @Column({ name: 'expires_at', type: 'timestamp with time zone', nullable: true })
  expiresAt: Date | null;

  @Column({ name: 'consumed_at', type: 'timestamp with time zone', nullable: true })
  consumedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'magic_links_user_fkey' })
  user?: Relation<User>;
}
