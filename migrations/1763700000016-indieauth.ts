import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients that describe themselves in a document, and as whom a user signs in at them. */
export class Indieauth1763700000016 implements MigrationInterface {
  name = 'Indieauth1763700000016';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      CREATE TABLE indieauth_clients (
        id character varying NOT NULL,
        document jsonb NOT NULL,
        fetched_at timestamp with time zone NOT NULL DEFAULT app_now(),
        fresh_until timestamp with time zone NOT NULL,
        CONSTRAINT indieauth_clients_pkey PRIMARY KEY (id)
      );
      CREATE INDEX indieauth_clients_fetched_idx ON indieauth_clients (fetched_at)`);
    await query.query(`
      CREATE TABLE indieauth_grants (
        grant_hash bytea NOT NULL,
        me character varying NOT NULL,
        CONSTRAINT indieauth_grants_pkey PRIMARY KEY (grant_hash),
        CONSTRAINT indieauth_grants_grant_fkey FOREIGN KEY (grant_hash)
          REFERENCES oauth_grants (hash) ON DELETE CASCADE
      )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP TABLE indieauth_grants, indieauth_clients');
  }
}
