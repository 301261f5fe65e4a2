import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres, migrate } from '@app/database';
import { Logger } from '@nestjs/common';
import { Cluster } from '../../libs/database/src/embedded/cluster.js';
import { readPostmasterFile } from '../../libs/database/src/embedded/postmaster-file.js';
import { migrations } from '../../migrations/index.js';
import { withClient } from '../support/databases.js';
import { EmbeddedProcess } from './embedded-process.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nobody = { uid: 65_534, gid: 65_534 };
const asRoot = process.getuid?.() === 0;

const write = (ownerUrl: string, note: string): Promise<void> =>
  withClient(ownerUrl, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS notes (note text)');
    await client.query('INSERT INTO notes VALUES ($1)', [note]);
  });

const notes = (ownerUrl: string): Promise<string[]> =>
  withClient(ownerUrl, async (client) =>
    (await client.query<{ note: string }>('SELECT note FROM notes ORDER BY note')).rows.map((row) => row.note),
  );

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;

  const opened: EmbeddedPostgres[] = [];

  const keep = (embedded: EmbeddedPostgres): EmbeddedPostgres => {
    opened.push(embedded);
    return embedded;
  };
  const start = (): Promise<EmbeddedPostgres> => EmbeddedPostgres.start({ dataDir }).then(keep);
  const attach = (): Promise<EmbeddedPostgres> => EmbeddedPostgres.attachOrStart({ dataDir }).then(keep);
  const data = (): string => join(dataDir, 'postgres', 'data');
  const postmaster = (): number => readPostmasterFile(data())?.pid ?? 0;
  const until = async (condition: () => boolean): Promise<void> => {
    for (const end = Date.now() + 15_000; !condition(); await pause(20)) {
      if (Date.now() > end) throw new Error('waited too long');
    }
  };

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-embedded-'));
    dataDir = join(folder, '.data');
  });

  afterEach(async () => {
    await EmbeddedProcess.clear();
    for (const embedded of opened.splice(0)) await embedded.stop();
    await new Cluster(join(dataDir, 'postgres')).stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps its data over restarts, and its secrets to its owner', async () => {
    const first = await start();
    await write(first.ownerUrl, 'first');
    await first.stop();
    expect(postmaster()).toBe(0);
    const second = await start();
    expect(await notes(second.ownerUrl)).toEqual(['first']);
    expect([second.url, second.ownerUrl]).toEqual([first.url, first.ownerUrl]);
    await second.stop();
    expect(statSync(join(dataDir, 'database.json')).mode & 0o777).toBe(0o600);
    expect(statSync(data()).mode & 0o077).toBe(0);
  });

  it('migrates and serves by two roles, of which neither is a superuser, and writes durably', async () => {
    const embedded = await start();
    await migrate(embedded.ownerUrl, embedded.url, migrations);
    const roles = await withClient(embedded.url, async (client) => {
      await expect(client.query('DELETE FROM audit_events')).rejects.toMatchObject({ code: '42501' });
      const settings = await client.query(
        `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
          current_setting('listen_addresses') AS address`,
      );
      expect(settings.rows).toEqual([{ fsync: 'on', commit: 'on', address: '127.0.0.1' }]);
      return client.query(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'gatehouse%' AND NOT rolsuper ORDER BY 1`);
    });
    expect(roles.rows).toEqual([{ rolname: 'gatehouse_app' }, { rolname: 'gatehouse_owner' }]);
    await embedded.stop();
  });

  it('is taken over with its data from a server that was killed', async () => {
    const killed = EmbeddedProcess.start('server', dataDir);
    const { ownerUrl = '' } = await killed.says();
    await write(ownerUrl, 'before');
    const orphan = postmaster();
    await killed.kill();
    const next = await start();
    expect(postmaster()).toBe(orphan);
    expect(await notes(next.ownerUrl)).toEqual(['before']);
    await next.stop();
    expect(postmaster()).toBe(0);
  });

  it('recovers when server and PostgreSQL were killed together', async () => {
    const killed = EmbeddedProcess.start('server', dataDir);
    const { ownerUrl = '' } = await killed.says();
    await write(ownerUrl, 'before');
    process.kill(postmaster(), 'SIGKILL');
    await killed.kill();
    const next = await start();
    expect(await notes(next.ownerUrl)).toEqual(['before']);
    await next.stop();
  });

  it('starts although another program has got the process id of the dead one', async () => {
    await (await start()).stop();
    const stale = `${process.ppid}\n${data()}\n1\n5432\n\nlocalhost\n 1 1\nready\n`;
    writeFileSync(join(data(), 'postmaster.pid'), stale);
    const next = await start();
    expect(postmaster()).not.toBe(process.ppid);
    await next.stop();
  });

  it('makes the database anew when the first start was killed half-way', async () => {
    mkdirSync(join(dataDir, 'postgres', 'new-999999', 'base'), { recursive: true });
    const owner = new Cluster(join(dataDir, 'postgres'));
    expect(owner.exists()).toBe(false);
    const embedded = await start();
    await write(embedded.ownerUrl, 'works');
    await embedded.stop();
  });

  it('refuses a second server, naming the process of the first, which goes on undisturbed', async () => {
    const first = EmbeddedProcess.start('server', dataDir);
    const { ownerUrl = '' } = await first.says();
    await expect(start()).rejects.toThrow(
      `Another server already runs on ${dataDir} (gatehouse server, process ${first.pid})`,
    );
    await write(ownerUrl, 'still there');
    expect(await first.stop()).toEqual({ stopped: true });
    expect(postmaster()).toBe(0);
  });

  it('has one server when two start at once on a new folder', async () => {
    const both = [EmbeddedProcess.start('server', dataDir), EmbeddedProcess.start('server', dataDir)];
    const answers = await Promise.all(both.map((process) => process.says()));
    expect(answers.filter((answer) => answer.url !== undefined)).toHaveLength(1);
    expect(answers.find((answer) => answer.error !== undefined)?.error).toContain('Another server already runs');
  });

  it('lets commands in beside the server, and stays for them when the server leaves first', async () => {
    const server = EmbeddedProcess.start('server', dataDir);
    const { url } = await server.says();
    const guest = await attach();
    expect(guest.url).toBe(url);
    await server.stop();
    await write(guest.ownerUrl, 'by the guest');
    await guest.stop();
    expect(postmaster()).toBe(0);
  });

  it('is started by a command where no server runs, and not stopped by it under a server that came meanwhile', async () => {
    const guest = await attach();
    const server = EmbeddedProcess.start('server', dataDir);
    const { ownerUrl = '' } = await server.says();
    await guest.stop();
    await write(ownerUrl, 'served');
    expect(await server.stop()).toEqual({ stopped: true });
  });

  it('outlives the Ctrl-C that reaches the whole process group, until its server has closed it', async () => {
    const server = EmbeddedProcess.start('server', dataDir);
    await server.says();
    expect(await server.interrupt()).toEqual({ stopped: true });
    expect(readFileSync(join(dataDir, 'postgres', 'server.log'), 'utf8')).toContain('database system is shut down');
  });

  it('is started again on its port when it crashes under a running server', async () => {
    const embedded = await start();
    await write(embedded.ownerUrl, 'before');
    const crashed = postmaster();
    process.kill(crashed, 'SIGKILL');
    await until(() => postmaster() !== crashed && readPostmasterFile(data())?.status === 'ready');
    expect(await notes(embedded.ownerUrl)).toEqual(['before']);
    await pause(200);
    await embedded.stop();
    expect(postmaster()).toBe(0);
  });

  it('that somebody stopped in order stays stopped, and the server can still end', async () => {
    const embedded = await start();
    await new Cluster(join(dataDir, 'postgres')).stop();
    await pause(4_000);
    expect(postmaster()).toBe(0);
    await embedded.stop();
  });

  it('of another major version is refused with the way out, and left as it is', async () => {
    await (await start()).stop();
    writeFileSync(join(data(), 'PG_VERSION'), '14\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 14.*pg_dump.*pg_upgrade/s);
    expect(readFileSync(join(data(), 'PG_VERSION'), 'utf8')).toBe('14\n');
  });

  it('says what PostgreSQL said when it does not start', async () => {
    await (await start()).stop();
    writeFileSync(join(data(), 'postgresql.auto.conf'), 'shared_buffers = nonsense\n');
    await expect(start()).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
  });

  it('tells when the passwords are not those of the data', async () => {
    await (await start()).stop();
    rmSync(join(dataDir, 'database.json'));
    await expect(start()).rejects.toThrow(/passwords in .*database.json are not those/);
  });

  const onlyAsRoot = asRoot ? it : it.skip;

  onlyAsRoot('runs as an ordinary user, whose folder root can use later without taking it away', async () => {
    chownSync(folder, nobody.uid, nobody.gid);
    const ordinary = EmbeddedProcess.start('server', dataDir, nobody);
    const { ownerUrl = '' } = await ordinary.says();
    await write(ownerUrl, 'ordinary');
    expect(await ordinary.stop()).toEqual({ stopped: true });
    const root = await start();
    expect(await notes(root.ownerUrl)).toEqual(['ordinary']);
    await root.stop();
    const again = EmbeddedProcess.start('server', dataDir, nobody);
    expect(await notes((await again.says()).ownerUrl ?? '')).toEqual(['ordinary']);
    expect(await again.stop()).toEqual({ stopped: true });
  });

  onlyAsRoot("tells an ordinary user that the folder is somebody else's", async () => {
    chmodSync(folder, 0o755);
    await (await start()).stop();
    const ordinary = EmbeddedProcess.start('server', dataDir, nobody);
    expect((await ordinary.says()).error).toContain('belongs to another user');
  });

  onlyAsRoot('works for root below a folder that no other account can enter', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, '.data');
    const embedded = await start();
    await write(embedded.ownerUrl, 'closed');
    const owner = statSync(data()).uid;
    expect(owner).not.toBe(0);
    expect(execFileSync('ps', ['-o', 'uid=', '-p', String(postmaster())], { encoding: 'utf8' }).trim()).toBe(
      String(owner),
    );
    await embedded.stop();
  });
});
