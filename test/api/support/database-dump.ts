import type { App } from '../../support/app.js';
import { withClient } from '../../support/databases.js';
import type { Trace } from './recorder.js';

interface Column {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

const columns = `
  SELECT n.nspname AS schema, c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'testing')
  ORDER BY 1, 2, a.attnum`;

/** Every value of every table, as the owner of the database reads it: bytes as hex, as base64 and as they are. */
export function dumpOf({ database }: App): Promise<Trace[]> {
  return withClient(database.ownerUrl, async (client) => {
    const traces: Trace[] = [];
    const { rows: found } = await client.query<Column>(columns);
    for (const { schema, table, column, type } of found) {
      const value = type === 'bytea' ? `"${column}"` : `"${column}"::text`;
      const { rows } = await client.query<{ value: Buffer | string }>(
        `SELECT ${value} AS value FROM "${schema}"."${table}" WHERE "${column}" IS NOT NULL`,
      );
      const where = `${schema}.${table}.${column}`;
      for (const row of rows) traces.push(...formsOf(row.value).map((text) => ({ where, text })));
    }
    return traces;
  });
}

const formsOf = (value: Buffer | string): string[] =>
  typeof value === 'string' ? [value] : [value.toString('hex'), value.toString('base64'), value.toString('latin1')];

/** Where in a dump a secret stands: as it is or encoded, alone or within something longer. */
export function findIn(dump: readonly Trace[], secrets: ReadonlyMap<string, string>): string[] {
  // One text to look through: there are thousands of values and hundreds of secrets.
  const whole = dump.map(({ text }) => text).join('\n');
  return [...secrets].flatMap(([name, secret]) =>
    writings(secret)
      .filter((form) => whole.includes(form))
      .map((form) => `${name} in ${dump.find(({ text }) => text.includes(form))?.where ?? 'the dump'}`),
  );
}

/** A secret as it could be written down; so too the bytes that it stands for. */
function writings(secret: string): string[] {
  const bare = secret.replaceAll('-', '');
  const bytes = [Buffer.from(secret), ...(/^[\w-]{16,}$/.test(secret) ? [Buffer.from(secret, 'base64url')] : [])];
  const encoded = bytes.flatMap((value) => [value.toString('hex'), value.toString('latin1'), ...inBase64(value)]);
  return [...new Set([secret, bare, encodeURIComponent(secret), ...encoded])];
}

/** What of it stays the same in base64 wherever it begins in a longer value. */
const inBase64 = (value: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + value.length) * 4) / 3 - 1));
  });
