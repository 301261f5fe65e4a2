import type { Logger } from '@nestjs/common';
import pg, { type Client } from 'pg';
import { queueSchema } from './queue-schema.js';

const quote = pg.escapeIdentifier;

/** What only migrations write. */
const ownerOnly = ['migrations', 'time_partitioned_tables'];

/** Columns that nobody changes once their row is there: whose a key is that signs somebody in (ASVS 6.7.1). */
const writtenOnce = ['passkeys.user_id', 'passkeys.credential_id', 'passkeys.public_key'];

/** The role a connection URL logs in as. */
export function roleName(url: string): string {
  const name = decodeURIComponent(new URL(url).username);
  if (name === '') throw new Error('The database URL names no user.');
  return name;
}

/** @throws when the role does not exist: migrations make no roles, because they would have to know passwords. */
export async function requireRole(client: Client, role: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (found.rowCount === 0) {
    throw new Error(
      `The role ${role} of GATEHOUSE_DATABASE_URL does not exist: CREATE ROLE ${quote(role)} LOGIN PASSWORD '…'`,
    );
  }
}

/**
 * Gives the app's role DML on the tables of this project and of the queue, and takes everything else away:
 * no DDL, read-only ledgers, append-only tables. Partitions get no grant; they are reached through their table.
 */
export async function grantToApp(client: Client, role: string, logger: Pick<Logger, 'warn'>): Promise<void> {
  if (await ownsSchema(client, role)) {
    logger.warn(
      `The app's role ${role} can act as the owner of the schema: nothing keeps it from DDL or from changing the ` +
        'audit log. Use two roles: GATEHOUSE_DATABASE_OWNER_URL for migrations, GATEHOUSE_DATABASE_URL for the app.',
    );
    return;
  }
  const app = quote(role);
  await client.query('BEGIN');
  try {
    for (const schema of ['public', queueSchema]) {
      await client.query(`REVOKE ALL ON SCHEMA ${quote(schema)} FROM ${app}`);
      await client.query(`GRANT USAGE ON SCHEMA ${quote(schema)} TO ${app}`);
      // Some two hundred statements: in one round trip.
      const statements = (await grantsWanted(client, schema)).flatMap(({ target, privileges }) => [
        `REVOKE ALL ON ${target} FROM ${app}`,
        ...(privileges === '' ? [] : [`GRANT ${privileges} ON ${target} TO ${app}`]),
      ]);
      await client.query(statements.join(';'));
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function ownsSchema(client: Client, role: string): Promise<boolean> {
  const result = await client.query<{ owns: boolean }>(
    `SELECT pg_has_role($1, current_user, 'MEMBER') OR rolsuper AS owns FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  return result.rows[0]?.owns ?? false;
}

/** Each relation and function of the owner with what the app gets; those of extensions belong to others. */
async function grantsWanted(client: Client, schema: string): Promise<{ target: string; privileges: string }[]> {
  const result = await client.query<{ target: string; privileges: string }>(
    `SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS target,
       CASE
         WHEN c.relispartition THEN ''
         WHEN c.relkind = 'S' THEN 'USAGE, SELECT'
         WHEN n.nspname = 'public' AND c.relname = ANY ($2) THEN 'SELECT'
         WHEN n.nspname = 'public' AND c.relname IN (
           SELECT table_name FROM public.time_partitioned_tables WHERE append_only) THEN 'SELECT, INSERT'
         WHEN n.nspname = 'public' AND c.relname = ANY (SELECT split_part(name, '.', 1) FROM unnest($3::text[]) AS name)
           THEN 'SELECT, INSERT, DELETE, UPDATE (' || (
             SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND c.relname || '.' || a.attname <> ALL ($3::text[])) || ')'
         ELSE 'SELECT, INSERT, UPDATE, DELETE'
       END AS privileges
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'S') AND pg_get_userbyid(c.relowner) = current_user
     UNION ALL
     SELECT 'FUNCTION ' || p.oid::regprocedure, 'EXECUTE'
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1 AND p.prokind = 'f' AND pg_get_userbyid(p.proowner) = current_user`,
    [schema, ownerOnly, writtenOnce],
  );
  return result.rows;
}
