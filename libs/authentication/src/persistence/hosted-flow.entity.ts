import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who began a flow, and so who judges what it came to. */
export type FlowOrigin = 'nothing' | 'mail_link' | 'oidc' | 'indieauth';

/** How far a sign-in has come: `second_factor` and `new_password` are owed to the challenge of the flow. */
export type FlowStep = 'begun' | 'second_factor' | 'new_password';

/** A journey through hosted pages, known to its browser by a cookie whose SHA-256 is the key. */
@Entity('hosted_flows')
export class HostedFlow {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'hosted_flows_pkey' })
  hash: Buffer;

  @Column({ type: 'character varying' })
  kind: string;

  /** The one-time token of the link that began it. */
  @Column({ name: 'token_hash', type: 'bytea', nullable: true })
  tokenHash: Buffer | null;

  @Column({ name: 'begun_by', type: 'character varying', default: 'mail_link' })
  begunBy: FlowOrigin;

  /** A path of ours, judged when the flow began; it ends there and nowhere that a later request names. Sealed. */
  @Column({ name: 'return_to', type: 'character varying', nullable: true })
  returnTo: string | null;

  /** The level that the sign-in has to reach. */
  @Column({ name: 'acr_wanted', type: 'character varying', nullable: true })
  acrWanted: string | null;

  /** Seconds that a sign-in before may be old. */
  @Column({ name: 'max_age', type: 'integer', nullable: true })
  maxAge: number | null;

  /** Who is expected: fills in the form. */
  @Column({ name: 'login_hint', type: 'character varying', nullable: true })
  loginHint: string | null;

  /** The origin of an address elsewhere that `returnTo` may lead on to. */
  @Column({ name: 'leads_to', type: 'character varying', nullable: true })
  leadsTo: string | null;

  @Column({ type: 'character varying', default: 'begun' })
  step: FlowStep;

  /** SHA-256 of the challenge that the step answers: the browser never sees its id. */
  @Column({ name: 'challenge_hash', type: 'bytea', nullable: true })
  challengeHash: Buffer | null;

  @Column({ type: 'jsonb', default: {} })
  data: Record<string, unknown>;

  @Column({ name: 'created_at', type: 'timestamp with time zone', default: () => 'app_now()' })
  createdAt: Date;

  @Index('hosted_flows_expires_idx')
  @Column({ name: 'expires_at', type: 'timestamp with time zone' })
  expiresAt: Date;

  @Column({ name: 'finished_at', type: 'timestamp with time zone', nullable: true })
  finishedAt: Date | null;
}
