import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session knows whether others wait to hear of its end, so that ending one of which nobody does costs nothing. */
export class AwaitedSessionEnds1763700000020 implements MigrationInterface {
  name = 'AwaitedSessionEnds1763700000020';

  async up(query: QueryRunner): Promise<void> {
    await query.query('ALTER TABLE sessions ADD COLUMN end_awaited boolean NOT NULL DEFAULT false');
    await query.query(
      'CREATE INDEX sessions_end_awaited_idx ON sessions (expires_at) WHERE end_awaited AND ended_at IS NULL',
    );
    await query.query(notifyOfRows('IF NOT EXISTS (SELECT FROM added) THEN RETURN NULL; END IF;'));
    await query.query(trigger('REFERENCING NEW TABLE AS added'));
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(notifyOfRows(''));
    await query.query(trigger(''));
    await query.query('ALTER TABLE sessions DROP COLUMN end_awaited');
  }
}

/** A statement that may add a row, and adds none, wakes nobody: a NOTIFY costs every commit a lock that all share. */
const notifyOfRows = (condition: string): string => `
  CREATE OR REPLACE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    ${condition}
    PERFORM pg_notify('gatehouse_outbox', '');
    RETURN NULL;
  END $$`;

const trigger = (referencing: string): string => `
  CREATE OR REPLACE TRIGGER outbox_notify AFTER INSERT ON outbox ${referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify()`;
