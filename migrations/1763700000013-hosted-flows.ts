import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a sign-in in hosted pages was begun by, what it has to reach, where it ends and how far it has come. */
export class HostedFlows1763700000013 implements MigrationInterface {
  name = 'HostedFlows1763700000013';

  async up(query: QueryRunner): Promise<void> {
    // Flows of mail links are the only ones there were.
    await query.query(`
      ALTER TABLE hosted_flows
        ADD COLUMN begun_by character varying NOT NULL DEFAULT 'mail_link',
        ADD COLUMN return_to character varying,
        ADD COLUMN acr_wanted character varying,
        ADD COLUMN max_age integer,
        ADD COLUMN login_hint character varying,
        ADD COLUMN step character varying NOT NULL DEFAULT 'begun',
        ADD COLUMN challenge_hash bytea`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`
      ALTER TABLE hosted_flows
        DROP COLUMN begun_by, DROP COLUMN return_to, DROP COLUMN acr_wanted, DROP COLUMN max_age,
        DROP COLUMN login_hint, DROP COLUMN step, DROP COLUMN challenge_hash`);
  }
}
