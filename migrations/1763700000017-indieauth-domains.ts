import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages by which users are known elsewhere, and the proofs that their domains are theirs. */
export class IndieauthDomains1763700000017 implements MigrationInterface {
  name = 'IndieauthDomains1763700000017';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      CREATE TABLE indieauth_domains (
        id uuid NOT NULL,
        user_id bigint NOT NULL,
        me character varying NOT NULL,
        domain character varying NOT NULL,
        txt_value character varying NOT NULL,
        dns_proved_at timestamp with time zone,
        email character varying,
        email_proved_at timestamp with time zone,
        code_hash bytea,
        code_expires_at timestamp with time zone,
        code_attempts integer NOT NULL DEFAULT 0,
        verified_at timestamp with time zone,
        checked_at timestamp with time zone,
        next_check_at timestamp with time zone,
        lapsed_at timestamp with time zone,
        lapse_reason character varying,
        created_at timestamp with time zone NOT NULL DEFAULT app_now(),
        CONSTRAINT indieauth_domains_pkey PRIMARY KEY (id),
        CONSTRAINT indieauth_domains_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX indieauth_domains_user_me_key ON indieauth_domains (user_id, me);
      CREATE UNIQUE INDEX indieauth_domains_me_key ON indieauth_domains (me)
        WHERE verified_at IS NOT NULL AND lapsed_at IS NULL;
      CREATE INDEX indieauth_domains_next_check_idx ON indieauth_domains (next_check_at)
        WHERE next_check_at IS NOT NULL`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE indieauth_domains');
  }
}
