import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A sign-in that another origin's request began says where its pages may lead on to. */
export class LeadsTo1763700000019 implements MigrationInterface {
  name = 'LeadsTo1763700000019';

  async up(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE hosted_flows ADD COLUMN leads_to character varying');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE hosted_flows DROP COLUMN leads_to');
  }
}
