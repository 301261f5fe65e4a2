import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Resets of lost second factors: asked for by an administrator, delayed, finished or stopped by the owner. */
export class FactorResets1763700000012 implements MigrationInterface {
  name = 'FactorResets1763700000012';

  async up(query: QueryRunner): Promise<void> {
    await query.query(factorResets);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE factor_resets');
  }
}

const factorResets = `
  CREATE TABLE factor_resets (
    id uuid NOT NULL,
    user_id bigint NOT NULL,
    requested_by bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL DEFAULT app_now(),
    takes_effect_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT factor_resets_pkey PRIMARY KEY (id),
    CONSTRAINT factor_resets_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE INDEX factor_resets_user_idx ON factor_resets (user_id, requested_at);
  CREATE UNIQUE INDEX factor_resets_open_key ON factor_resets (user_id)
    WHERE cancelled_at IS NULL AND completed_at IS NULL;
  CREATE INDEX factor_resets_expires_idx ON factor_resets (expires_at)`;
