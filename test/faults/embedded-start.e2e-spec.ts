import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cluster } from '../../libs/database/src/embedded/cluster.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import type { Account } from '../support/app-process.js';
import { EmbeddedServer } from '../support/embedded-server.js';
import { linkToken } from './support/links.js';
import type { Tokens } from './support/installation.js';

const nobody: Account = { uid: 65_534, gid: 65_534, home: '/nonexistent' };

/** Whether an account that owns nothing may read what this checkout holds. */
function isOpenToAll(path: string): boolean {
  return (statSync(path).mode & 0o005) === 0o005 && (dirname(path) === path || isOpenToAll(dirname(path)));
}

const asRoot = process.getuid?.() === 0;
const accounts = [
  { as: asRoot ? 'root' : 'an ordinary user', account: undefined, possible: true },
  // An ordinary user's own run is the first case.
  ...(asRoot ? [{ as: 'an ordinary user', account: nobody, possible: isOpenToAll(join(__dirname, '../..')) }] : []),
];

describe.each(accounts)('a start with nothing but a folder, as $as', ({ account, possible }) => {
  const test = possible ? it : it.skip;
  const email = 'ada@example.test';
  const password = 'hollow lantern meadow';
  const newPassword = 'meadow lantern hollow';
  let server: EmbeddedServer;

  const post = async <Body = Record<string, unknown>>(path: string, body: object, bearer?: string) =>
    server.client.post<Body>(path, body, bearer === undefined ? {} : { bearer });
  const me = async (bearer: string): Promise<number> => (await server.client.get('/v1/me', { bearer })).status;
  const signIn = async (typed: string): Promise<Tokens> => {
    const { status, body } = await post<Tokens>('/v1/auth/login', { identifier: email, password: typed });
    expect(status).toBe(200);
    return body;
  };
  const refresh = (refreshToken: string) =>
    post<{ refreshToken: string; code?: string }>('/v1/auth/refresh', { refreshToken });
  const databaseRuns = (): boolean => new Cluster(join(server.dataDir, 'postgres')).running() !== undefined;

  beforeAll(async () => {
    if (!possible) return;
    server = await EmbeddedServer.make({ account });
    await server.process.start();
  });

  afterAll(async () => {
    if (possible) await server.remove();
  });

  test('serves the whole journey', async () => {
    expect(server.process.log).toContain(`is running at ${server.url}`);
    expect((await post('/v1/auth/register', { email, password, name: 'Ada' })).status).toBe(202);
    const token = linkToken(await server.mail(email, /^Confirm/), 'verify-email');
    expect((await post('/v1/auth/email/verify', { token })).status).toBe(200);

    const first = await signIn(password);
    const { body } = await server.client.get('/v1/me', { bearer: first.accessToken });
    expect(body).toMatchObject({ email, name: 'Ada' });
    const second = (await refresh(first.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;
    const replayed = await refresh(first.refreshToken);
    expect([replayed.status, replayed.body.code]).toEqual([401, 'sessions.refresh_token_reused']);
    expect((await refresh(third.refreshToken)).status).toBe(401);
    expect(await me(first.accessToken)).toBe(401);
    await server.mail(email, /^Security alert/);

    const other = await signIn(password);
    expect((await post('/v1/auth/password/forgot', { email })).status).toBe(202);
    const reset = linkToken(await server.mail(email, /^Reset your/), 'reset-password');
    expect((await post('/v1/auth/password/reset', { token: reset, newPassword })).status).toBe(204);
    expect(await me(other.accessToken)).toBe(401);
    const last = await signIn(newPassword);
    expect((await post('/v1/auth/logout', {}, last.accessToken)).status).toBe(204);
    expect(await me(last.accessToken)).toBe(401);
  });

  test('refuses a second server on its folder, in words, and goes on', async () => {
    const second = server.another(String(await usablePort(0)));
    await expect(second.start()).rejects.toThrow(`Another server already runs on ${server.dataDir}`);
    expect(await second.exited()).toBe(1);
    expect(await me((await signIn(newPassword)).accessToken)).toBe(200);
  });

  test('says when its port is taken, and ends in order', async () => {
    const rival = await EmbeddedServer.make({ account, port: Number(new URL(server.url).port) });
    try {
      await expect(rival.process.start()).rejects.toThrow(/^Gatehouse does not start\. .*EADDRINUSE/m);
      expect(await rival.process.exited()).toBe(1);
      expect(rival.process.log).not.toMatch(/database\.unavailable|Connection terminated/);
      expect(new Cluster(join(rival.dataDir, 'postgres')).running()).toBeUndefined();
    } finally {
      await rival.remove();
    }
  });

  test('has its data after it was stopped, and took its database with it', async () => {
    const { accessToken, refreshToken } = await signIn(newPassword);
    expect(await server.process.stop()).toBe(0);
    expect(databaseRuns()).toBe(false);
    await server.process.start();
    expect(await me(accessToken)).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(200);
    await signIn(newPassword);
  });

  test('has its data after it was killed', async () => {
    const { accessToken, refreshToken } = await signIn(newPassword);
    await server.process.kill();
    await server.process.start();
    expect(await me(accessToken)).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(200);
    await signIn(newPassword);
  });

  test('has its data after it was killed together with its database', async () => {
    const { accessToken } = await signIn(newPassword);
    const cluster = new Cluster(join(server.dataDir, 'postgres'));
    const { pid } = cluster.running()!;
    await server.process.kill();
    process.kill(pid, 'SIGKILL');
    await server.process.start();
    expect(await me(accessToken)).toBe(200);
    await signIn(newPassword);
    expect(await server.process.stop()).toBe(0);
    expect(databaseRuns()).toBe(false);
  });
});
