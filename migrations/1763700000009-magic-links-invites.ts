import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-in by mail, and invites to open an account. */
export class MagicLinksInvites1763700000009 implements MigrationInterface {
  name = 'MagicLinksInvites1763700000009';

  async up(query: QueryRunner): Promise<void> {
    await query.query(magicLinks);
    await query.query(invites);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE invites, magic_links');
  }
}

const magicLinks = `
  CREATE TABLE magic_links (
    id uuid NOT NULL,
    email_key character varying NOT NULL,
    token_hash bytea NOT NULL,
    binding_hash bytea NOT NULL,
    code_hash bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    user_id bigint,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone,
    consumed_at timestamp with time zone,
    CONSTRAINT magic_links_pkey PRIMARY KEY (id),
    CONSTRAINT magic_links_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX magic_links_token_hash_key ON magic_links (token_hash);
  CREATE INDEX magic_links_email_idx ON magic_links (email_key);
  CREATE INDEX magic_links_user_idx ON magic_links (user_id);
  CREATE INDEX magic_links_created_idx ON magic_links (created_at)`;

const invites = `
  CREATE TABLE invites (
    id uuid NOT NULL,
    email character varying NOT NULL,
    email_key character varying NOT NULL,
    note character varying,
    roles character varying array NOT NULL DEFAULT '{}',
    created_by bigint NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    sent_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone,
    accepted_at timestamp with time zone,
    accepted_by bigint,
    revoked_at timestamp with time zone,
    CONSTRAINT invites_pkey PRIMARY KEY (id),
    CONSTRAINT invites_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT invites_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX invites_token_hash_key ON invites (token_hash);
  CREATE INDEX invites_email_idx ON invites (email_key);
  CREATE INDEX invites_created_idx ON invites (created_at, id);
  CREATE INDEX invites_created_by_idx ON invites (created_by);
  CREATE INDEX invites_accepted_by_idx ON invites (accepted_by);
  CREATE INDEX invites_sent_idx ON invites (sent_at)`;
