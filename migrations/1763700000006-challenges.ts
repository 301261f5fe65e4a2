import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which second factors an account holds, and the challenges that ask for one. */
export class Challenges1763700000006 implements MigrationInterface {
  name = 'Challenges1763700000006';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`ALTER TABLE users ADD COLUMN second_factors character varying array NOT NULL DEFAULT '{}'`);
    await query.query(challenges);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE challenges');
    await query.query('ALTER TABLE users DROP COLUMN second_factors');
  }
}

const challenges = `
  CREATE TABLE challenges (
    hash bytea NOT NULL,
    user_id bigint NOT NULL,
    factor character varying NOT NULL,
    amr character varying array NOT NULL,
    methods character varying array NOT NULL,
    carrier character varying NOT NULL,
    replaces uuid,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    expires_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT challenges_pkey PRIMARY KEY (hash),
    CONSTRAINT challenges_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE INDEX challenges_user_idx ON challenges (user_id);
  CREATE INDEX challenges_expires_idx ON challenges (expires_at)`;
