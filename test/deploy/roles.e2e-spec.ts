import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverUrl, withClient } from '../support/databases.js';
import { onPath, run } from './support/programs.js';
import { root } from './support/repository.js';

/** deploy/compose/roles.sh, on the test server instead of the container's. */
(onPath('psql') ? describe : describe.skip)('the roles of the compose file', () => {
  const passwords = { owner: "o'wner\\ :1", app: 'app-2' };
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-roles-'));
    for (const [role, password] of Object.entries(passwords)) writeFileSync(join(folder, role), `${password}\n`);
    await clear();
    const server = new URL(serverUrl());
    const { code, output } = await run('sh', [join(root, 'deploy/compose/roles.sh')], {
      cwd: folder,
      env: {
        PGHOST: server.hostname,
        PGPORT: server.port,
        PGPASSWORD: decodeURIComponent(server.password),
        POSTGRES_USER: decodeURIComponent(server.username),
        OWNER_PASSWORD_FILE: join(folder, 'owner'),
        APP_PASSWORD_FILE: join(folder, 'app'),
      },
    });
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });
  afterAll(async () => {
    await clear();
    rmSync(folder, { recursive: true });
  });

  it('let the owner make the schema, with the extensions it needs', async () => {
    await as('gatehouse_owner', passwords.owner, 'CREATE EXTENSION citext');
    await as('gatehouse_owner', passwords.owner, 'CREATE SCHEMA bullmq');
    await as('gatehouse_owner', passwords.owner, 'CREATE TABLE thing (id int)');
  });

  it('let the app in, and make nothing', async () => {
    await as('gatehouse_app', passwords.app, 'SELECT 1');
    await expect(as('gatehouse_app', passwords.app, 'CREATE TABLE other (id int)')).rejects.toThrow(
      'permission denied',
    );
    await expect(as('gatehouse_app', passwords.app, 'CREATE SCHEMA other')).rejects.toThrow('permission denied');
    await expect(as('gatehouse_app', passwords.app, 'SELECT * FROM thing')).rejects.toThrow('permission denied');
  });

  it('let no other role in', async () => {
    await expect(as('gatehouse_test_app', 'gatehouse_test_app', 'SELECT 1')).rejects.toThrow('permission denied');
  });
});

async function as(role: string, password: string, statement: string): Promise<void> {
  const url = new URL(serverUrl());
  url.username = role;
  url.password = encodeURIComponent(password);
  url.pathname = '/gatehouse';
  await withClient(url.href, (client) => client.query(statement));
}

async function clear(): Promise<void> {
  await withClient(serverUrl(), async (client) => {
    await client.query('DROP DATABASE IF EXISTS gatehouse WITH (FORCE)');
    await client.query('DROP ROLE IF EXISTS gatehouse_owner');
    await client.query('DROP ROLE IF EXISTS gatehouse_app');
  });
}
