import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Answer } from '../support/api-client.js';
import { prepareServer, withClient } from '../support/databases.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { until } from '../support/smtp.js';
import { Installation, type Tokens } from './support/installation.js';
import { health, unhealthy } from './support/health.js';
import { expectAllVerified, type Load, registerOn } from './support/registrations.js';

const backends = [
  { backend: 'postgres', found: true },
  { backend: 'redis', found: redisProgram !== undefined },
] as const;

describe.each(backends)('PostgreSQL, restarted under load, queue on $backend', ({ backend, found }) => {
  const test = found ? it : it.skip;
  let server: PostgresServer;
  let redis: RedisServer | undefined;
  let installation: Installation;
  let tokens: Tokens;
  let load: Load;
  let seen: Answer<object>[];
  let checking: Promise<void>;
  let stopChecking: () => void;
  let before: unknown[];

  const url = (): string => installation.api().url;
  const pids = (): unknown[] => [installation.api().process.pid, installation.worker.pid];

  beforeAll(async () => {
    if (!found) return;
    Logger.overrideLogger(['warn', 'error']);
    // A server of its own, which it stops.
    server = await startPostgres();
    await prepareServer(server.url);
    // Without it, as tests are usually run, a crash loses commits of the last moments.
    await withClient(server.url, (client) => client.query('ALTER ROLE ALL SET synchronous_commit = on'));
    redis = backend === 'redis' ? await RedisServer.start() : undefined;
  });

  afterAll(async () => {
    await redis?.remove();
    await server?.stop();
  });

  beforeEach(async () => {
    if (!found) return;
    installation = await Installation.start({ redisUrl: redis?.url });
    tokens = await installation.signIn(await installation.newPerson());
    installation.smtp.messages.length = 0;
    installation.smtp.beforeAccept = () => wait(20);
    before = pids();
    seen = [];
    let stopped = false;
    stopChecking = () => (stopped = true);
    load = registerOn(installation, 40);
    checking = (async () => {
      while (!stopped) {
        seen.push(await installation.api().client.get('/v1/me', { bearer: tokens.accessToken }));
        await wait(20);
      }
    })();
    await until('the load to begin', () => load.accepted.length >= 20);
  });

  afterEach(async () => {
    if (!found) return;
    stopChecking();
    await Promise.allSettled([load.stop(), checking]);
    await installation.stop();
  });

  /** Every answer was right or an honest 503; both flow again in the same processes; nothing is lost. */
  async function expectRecovery(): Promise<void> {
    const registered = load.accepted.length;
    await until('registrations to be taken again', () => load.accepted.length >= registered + 20, 60_000);
    await until('session checks to succeed again', () => seen.at(-1)?.status === 200);
    await load.stop();
    stopChecking();
    await checking;
    const refused = [...load.refused, ...seen.filter((answer) => answer.status !== 200)];
    expect(refused.filter(({ body }) => codeOf(body) !== 'database.unavailable').map(({ body }) => told(body))).toEqual(
      [],
    );
    for (const { status, headers } of refused) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await until('the probes to notice', async () => (await probe('/health')) + (await probe('/health/ready')) === 400);
    await expectAllVerified(installation, load.accepted);
    expect(pids()).toEqual(before);
  }

  const codeOf = (body: unknown): string | undefined => (body as { code?: string }).code;
  /** An answer with what its server wrote of it. */
  const told = (body: unknown): string => {
    const { requestId = '-' } = body as { requestId?: string };
    const lines = installation.apis.flatMap(({ process }) => process.log.split('\n'));
    return [JSON.stringify(body), ...lines.filter((line) => line.includes(requestId))].join('\n');
  };
  const probe = async (path: string): Promise<number> => (await health(url(), path)).status;

  test('in order: 503 with Retry-After meanwhile, then as before, in the same processes', async () => {
    await server.halt();
    await until('refusals', () => load.refused.length > 0 && seen.at(-1)?.status === 503);
    await until('the probe to notice', async () => (await probe('/health')) === 503);
    expect(await health(url(), '/health')).toEqual(unhealthy);
    expect([await probe('/health/live'), await probe('/health/ready')]).toEqual([200, 503]);
    await wait(1_000);
    await server.resume();
    await expectRecovery();
  });

  test('by a crash: the same', async () => {
    const [row] = await withClient(installation.database.ownerUrl, async (client) => {
      // A session of the API: when one is killed PostgreSQL ends all and recovers.
      const text = `SELECT pid FROM pg_stat_activity WHERE application_name = 'gatehouse api' AND datname = current_database()`;
      return (await client.query<{ pid: number }>(text)).rows;
    });
    process.kill(row!.pid, 'SIGKILL');
    await until('the crash to show', () => load.refused.length > 0 || seen.some(({ status }) => status === 503));
    await expectRecovery();
  });
});
