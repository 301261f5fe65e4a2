import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What every other migration builds on: the one clock of all SQL, and tables that grow by month.
 */
export class Foundation1763700000001 implements MigrationInterface {
  name = 'Foundation1763700000001';

  async up(query: QueryRunner): Promise<void> {
    // Clusters upgraded from before PostgreSQL 15 still let everybody create objects here.
    await query.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    // Every "now" of this project's SQL. A function so that tests can shift it; inlined, so that it costs nothing.
    await query.query(`CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE RETURN now()`);
    // Tables partitioned by month. append_only: the app's role is granted SELECT and INSERT alone.
    await query.query(`
      CREATE TABLE time_partitioned_tables (
        table_name name NOT NULL,
        column_name name NOT NULL,
        append_only boolean NOT NULL,
        CONSTRAINT time_partitioned_tables_pkey PRIMARY KEY (table_name)
      )`);
    await query.query(refuseChange);
    await query.query(ensureTimePartitions);
    await query.query('REVOKE ALL ON FUNCTION ensure_time_partitions(integer) FROM PUBLIC');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('DROP FUNCTION ensure_time_partitions(integer)');
    await query.query('DROP FUNCTION refuse_change()');
    await query.query('DROP TABLE time_partitioned_tables');
    await query.query('DROP FUNCTION app_now()');
  }
}

/** The trigger of append-only tables: it stops the owner as well, whose privileges no GRANT limits. */
const refuseChange = `
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END $$`;

/**
 * Makes the partitions of this month and the months ahead for every registered table; returns how many were new.
 *
 * SECURITY DEFINER, because the app's role (whose sweep calls it) may not run DDL: it takes no table name, its
 * search_path holds nothing others can write to, and it acts only on tables that a migration registered.
 * A table is made first and attached then: ATTACH leaves the parent open for INSERT, which PARTITION OF does not.
 * A month whose rows already lie in the default partition stays there: they are found all the same.
 */
const ensureTimePartitions = `
  CREATE FUNCTION ensure_time_partitions(months_ahead integer DEFAULT 3) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '3s'
  SET timezone = 'UTC'
  AS $$
  DECLARE
    registered record;
    month_start timestamptz;
    month_end timestamptz;
    partition_name text;
    late_rows boolean;
    made integer := 0;
  BEGIN
    IF months_ahead NOT BETWEEN 0 AND 24 THEN
      RAISE EXCEPTION 'months_ahead must be from 0 to 24';
    END IF;
    PERFORM pg_advisory_xact_lock(7163, 2);
    FOR registered IN SELECT * FROM public.time_partitioned_tables ORDER BY table_name LOOP
      FOR step IN 0..months_ahead LOOP
        month_start := date_trunc('month', public.app_now()) + make_interval(months => step);
        month_end := month_start + interval '1 month';
        partition_name := registered.table_name || to_char(month_start, '"_y"YYYY"m"MM');
        CONTINUE WHEN to_regclass(format('public.%I', partition_name)) IS NOT NULL;
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE %I >= $1 AND %I < $2)',
          registered.table_name || '_default', registered.column_name, registered.column_name)
          INTO late_rows USING month_start, month_end;
        CONTINUE WHEN late_rows;
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)',
          partition_name, registered.table_name);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
          registered.table_name, partition_name, month_start, month_end);
        IF registered.append_only THEN
          EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.%I
            FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', partition_name);
        END IF;
        made := made + 1;
      END LOOP;
    END LOOP;
    RETURN made;
  END $$`;
