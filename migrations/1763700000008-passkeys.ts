import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passkeys, and the relying party id that they are made for. */
export class Passkeys1763700000008 implements MigrationInterface {
  name = 'Passkeys1763700000008';

  async up(query: QueryRunner): Promise<void> {
    await query.query(relyingParty);
    await query.query(passkeys);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE passkeys');
    await query.query('DROP TABLE relying_party');
  }
}

const relyingParty = `
  CREATE TABLE relying_party (
    singleton boolean NOT NULL DEFAULT true,
    id character varying NOT NULL,
    CONSTRAINT relying_party_pkey PRIMARY KEY (singleton),
    CONSTRAINT relying_party_singleton_check CHECK (singleton)
  )`;

const passkeys = `
  CREATE TABLE passkeys (
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports character varying array NOT NULL DEFAULT '{}',
    name character varying NOT NULL,
    aaguid uuid NOT NULL,
    backed_up boolean NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    last_used_at timestamp with time zone,
    suspended_at timestamp with time zone,
    CONSTRAINT passkeys_pkey PRIMARY KEY (id),
    CONSTRAINT passkeys_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX passkeys_credential_key ON passkeys (credential_id);
  CREATE INDEX passkeys_user_idx ON passkeys (user_id)`;
