import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work to hand to the queue, mails, and the ledger of their delivery. */
export class OutboxMail1763700000002 implements MigrationInterface {
  name = 'OutboxMail1763700000002';

  async up(query: QueryRunner): Promise<void> {
    await query.query(outbox);
    await query.query(outboxNotify);
    await query.query(mails);
    await query.query(deliveries);
    await query.query(devMails);
    await query.query(`INSERT INTO time_partitioned_tables VALUES ('mail_deliveries', 'occurred_at', true)`);
    await query.query('SELECT ensure_time_partitions()');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`DELETE FROM time_partitioned_tables WHERE table_name = 'mail_deliveries'`);
    await query.query('DROP TABLE dev_mails, mail_deliveries, mails, outbox');
    await query.query('DROP FUNCTION outbox_notify()');
  }
}

const outbox = `
  CREATE TABLE outbox (
    id uuid NOT NULL,
    topic character varying NOT NULL,
    reference character varying NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    next_at timestamp with time zone NOT NULL DEFAULT app_now(),
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
  );
  CREATE INDEX outbox_due_idx ON outbox (topic, next_at)`;

/** Tells the relays once per statement that rows came; PostgreSQL sends it at commit, once per transaction. */
const outboxNotify = `
  CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('gatehouse_outbox', '');
    RETURN NULL;
  END $$;
  CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify()`;

const mails = `
  CREATE TABLE mails (
    id uuid NOT NULL,
    kind character varying NOT NULL,
    recipient character varying NOT NULL,
    reference character varying,
    sealed_secret bytea,
    data jsonb NOT NULL DEFAULT '{}',
    status character varying NOT NULL DEFAULT 'queued',
    attempts integer NOT NULL DEFAULT 0,
    message_id character varying,
    sealed_letter bytea,
    first_attempt_at timestamp with time zone,
    leased_until timestamp with time zone,
    last_error character varying,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    finished_at timestamp with time zone,
    CONSTRAINT mails_pkey PRIMARY KEY (id),
    CONSTRAINT mails_status_check CHECK (status IN ('queued', 'sent', 'failed', 'suppressed')),
    CONSTRAINT mails_finished_check CHECK ((status = 'queued') = (finished_at IS NULL)),
    CONSTRAINT mails_wiped_check CHECK (status = 'queued' OR (sealed_secret IS NULL AND sealed_letter IS NULL))
  );
  CREATE INDEX mails_finished_idx ON mails (finished_at) WHERE finished_at IS NOT NULL`;

/**
 * One row for each attempt and what became of it. Whose mail it was stands in mails alone: that row can be
 * deleted with its person, this one cannot.
 */
const deliveries = `
  CREATE TABLE mail_deliveries (
    id bigserial NOT NULL,
    occurred_at timestamp with time zone NOT NULL DEFAULT app_now(),
    mail_id uuid NOT NULL,
    attempt integer NOT NULL,
    kind character varying NOT NULL,
    message_id character varying,
    fate character varying NOT NULL,
    smtp_code integer,
    reason character varying,
    CONSTRAINT mail_deliveries_pkey PRIMARY KEY (id, occurred_at),
    CONSTRAINT mail_deliveries_fate_check CHECK (fate IN ('sent', 'deferred', 'failed', 'suppressed'))
  ) PARTITION BY RANGE (occurred_at);
  CREATE INDEX mail_deliveries_mail_idx ON mail_deliveries (mail_id);
  CREATE TABLE mail_deliveries_default PARTITION OF mail_deliveries DEFAULT;
  CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON mail_deliveries
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`;

/** What the dev inbox caught; empty wherever SMTP is set. */
const devMails = `
  CREATE TABLE dev_mails (
    id uuid NOT NULL,
    recipient character varying NOT NULL,
    subject character varying NOT NULL,
    text character varying NOT NULL,
    html character varying NOT NULL,
    headers jsonb NOT NULL,
    message_id character varying NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT app_now(),
    CONSTRAINT dev_mails_pkey PRIMARY KEY (id)
  );
  CREATE INDEX dev_mails_created_idx ON dev_mails (created_at)`;
