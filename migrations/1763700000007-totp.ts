import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Authenticator apps, and the backup codes that stand in for a lost factor. */
export class Totp1763700000007 implements MigrationInterface {
  name = 'Totp1763700000007';

  async up(query: QueryRunner): Promise<void> {
    await query.query(totpFactors);
    await query.query(backupCodes);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE backup_codes, totp_factors');
  }
}

const totpFactors = `
  CREATE TABLE totp_factors (
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    sealed_secret bytea NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT totp_factors_pkey PRIMARY KEY (id),
    CONSTRAINT totp_factors_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX totp_factors_confirmed_key ON totp_factors (user_id) WHERE confirmed_at IS NOT NULL;
  CREATE UNIQUE INDEX totp_factors_unconfirmed_key ON totp_factors (user_id) WHERE confirmed_at IS NULL`;

const backupCodes = `
  CREATE TABLE backup_codes (
    user_id bigint NOT NULL,
    selector character varying NOT NULL,
    hash character varying NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    used_at timestamp with time zone,
    CONSTRAINT backup_codes_pkey PRIMARY KEY (user_id, selector),
    CONSTRAINT backup_codes_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`;
