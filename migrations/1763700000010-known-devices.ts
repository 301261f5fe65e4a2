import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that people signed in from, and passwords that too many failures disabled. */
export class KnownDevices1763700000010 implements MigrationInterface {
  name = 'KnownDevices1763700000010';

  async up(query: QueryRunner): Promise<void> {
    await query.query(knownDevices);
    await query.query(`
      ALTER TABLE password_credentials
        ADD COLUMN failures integer NOT NULL DEFAULT 0,
        ADD COLUMN disabled_at timestamp with time zone`);
    await query.query(`
      ALTER TABLE failure_counters ADD COLUMN expires_at timestamp with time zone;
      CREATE INDEX failure_counters_expires_idx ON failure_counters (expires_at) WHERE expires_at IS NOT NULL`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE failure_counters DROP COLUMN expires_at');
    await query.query('ALTER TABLE password_credentials DROP COLUMN failures, DROP COLUMN disabled_at');
    await query.query('DROP TABLE known_devices');
  }
}

const knownDevices = `
  CREATE TABLE known_devices (
    user_id bigint NOT NULL,
    hash bytea NOT NULL,
    address inet,
    user_agent character varying,
    failures integer NOT NULL DEFAULT 0,
    last_failed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT app_now(),
    presented_at timestamp with time zone,
    forgotten_at timestamp with time zone,
    CONSTRAINT known_devices_pkey PRIMARY KEY (user_id, hash),
    CONSTRAINT known_devices_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE INDEX known_devices_last_seen_idx ON known_devices (last_seen_at)`;
