import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../libs/database/src/migrations/migrate.js';
import { migrations } from '../../migrations/index.js';
import { keepSigningKeys } from './signing-keys.js';

export interface TestDatabase {
  readonly name: string;
  /** As the app's role. */
  readonly url: string;
  readonly ownerUrl: string;
  /** Moves this database's app_now() by so many seconds from the true time, forward or (negative) back. */
  shiftClock(seconds: number): Promise<void>;
  drop(): Promise<void>;
}

/** What globalSetup leaves for the workers; not a GATEHOUSE_ setting, so that no process started by a test sees one. */
const serverVariable = 'TEST_POSTGRES_URL';

const ownerRole = 'gatehouse_test_owner';
const appRole = 'gatehouse_test_app';
const template = 'gatehouse_test_template';

/** Makes the roles and the migrated template that test databases are cloned from. For globalSetup. */
export async function prepareServer(superuserUrl: string): Promise<void> {
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    for (const role of [ownerRole, appRole]) {
      const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      if (known.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
    }
    await client.query(`CREATE DATABASE ${template} OWNER ${ownerRole} TEMPLATE template0 ENCODING 'UTF8'`);
  });
  const templateUrl = roleUrl(superuserUrl, template, ownerRole);
  await migrate(templateUrl, roleUrl(superuserUrl, template, appRole), migrations);
  await withClient(templateUrl, async (client) => {
    await client.query(shiftableClock);
    await keepSigningKeys(client);
  });
  process.env[serverVariable] = superuserUrl;
}

/** app_now() as tests need it: the true time plus the one row of a table of its own. */
const shiftableClock = `
  CREATE SCHEMA testing;
  CREATE TABLE testing.clock (shift interval NOT NULL);
  INSERT INTO testing.clock VALUES ('0');
  GRANT USAGE ON SCHEMA testing TO ${appRole};
  GRANT SELECT ON testing.clock TO ${appRole};
  CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN now() + (SELECT shift FROM testing.clock);`;

/** A database of its own, migrated. Empty: without migrations and without a shiftable clock. */
export async function createTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `gatehouse_test_${randomBytes(6).toString('hex')}`;
  const source = options.empty ? 'template0' : template;
  await asSuperuser(server, (client) => client.query(`CREATE DATABASE ${name} OWNER ${ownerRole} TEMPLATE ${source}`));
  const ownerUrl = roleUrl(server, name, ownerRole);
  return {
    name,
    url: roleUrl(server, name, appRole),
    ownerUrl,
    shiftClock: (seconds) =>
      withClient(ownerUrl, async (client) => {
        await client.query('UPDATE testing.clock SET shift = make_interval(secs => $1)', [seconds]);
      }),
    drop: () =>
      asSuperuser(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** Superuser URL of the run's server. */
export function serverUrl(): string {
  const url = process.env[serverVariable];
  if (url === undefined)
    throw new Error('no test server: is test/support/global-setup.ts the globalSetup of this project?');
  return url;
}

function roleUrl(superuserUrl: string, database: string, role: string): string {
  const url = new URL(superuserUrl);
  url.username = role;
  url.password = role;
  url.pathname = `/${database}`;
  return url.href;
}

const asSuperuser = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => withClient(url, work);

/** Runs work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
