import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a device last asked for its tokens (RFC 8628 section 3.5), and how a client called itself when it was let in. */
export class OauthPolls1763700000018 implements MigrationInterface {
  name = 'OauthPolls1763700000018';

  async up(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE oauth_artifacts ADD COLUMN last_polled_at timestamp with time zone');
    await query.query('ALTER TABLE oauth_grants ADD COLUMN client_name character varying');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE oauth_grants DROP COLUMN client_name');
    await query.query('ALTER TABLE oauth_artifacts DROP COLUMN last_polled_at');
  }
}
