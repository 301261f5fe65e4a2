import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Since when the proofs and grants of an account are worth something. Ending its sessions moves it, and what was begun
 * before keeps the value of then, so that a sign-in under way comes to nothing.
 */
export class AccessValidFrom1763700000014 implements MigrationInterface {
  name = 'AccessValidFrom1763700000014';

  async up(query: QueryRunner): Promise<void> {
    await query.query(
      'ALTER TABLE users ADD COLUMN access_valid_from timestamp with time zone NOT NULL DEFAULT app_now()',
    );
    // Of a challenge from before nobody knows it: it is not answered any more, and its sign-in begun anew.
    await query.query('ALTER TABLE challenges ADD COLUMN access_valid_from timestamp with time zone');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE challenges DROP COLUMN access_valid_from');
    await query.query('ALTER TABLE users DROP COLUMN access_valid_from');
  }
}
