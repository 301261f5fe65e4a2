import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The append-only log of security events, partitioned by month. */
export class Audit1763700000005 implements MigrationInterface {
  name = 'Audit1763700000005';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      CREATE TABLE audit_events (
        id bigserial NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT app_now(),
        type character varying NOT NULL,
        user_id bigint,
        actor_id bigint,
        session_id uuid,
        address inet,
        user_agent character varying,
        request_id character varying,
        data jsonb NOT NULL DEFAULT '{}',
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        CONSTRAINT audit_events_pkey PRIMARY KEY (id, occurred_at)
      ) PARTITION BY RANGE (occurred_at)`);
    await query.query(`CREATE INDEX audit_events_user_id_id_idx ON audit_events (user_id, id)`);
    await query.query(`CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT`);
    await query.query(`CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_events
      FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
    for (const table of ['audit_events', 'audit_events_default']) {
      await query.query(`CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    }
    await query.query(`INSERT INTO time_partitioned_tables VALUES ('audit_events', 'occurred_at', true)`);
    await query.query('SELECT ensure_time_partitions()');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`DELETE FROM time_partitioned_tables WHERE table_name = 'audit_events'`);
    await query.query('DROP TABLE audit_events');
  }
}
