import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { SmtpCatcher, until } from '../support/smtp.js';
import { emptyRedisOf } from '../support/redis.js';
import { mailSettings } from './support/mail-system.js';
import { type MailProducer, startProducer } from './support/mail-producer.js';

const program = 'dist/apps/worker/src/main.js';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe(`the worker as it ships, queue on ${queueBackend}`, () => {
  let database: TestDatabase;
  let smtp: SmtpCatcher;
  let settings: Record<string, string>;
  let producer: MailProducer;
  let worker: AppProcess;
  let base: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    smtp = await SmtpCatcher.start();
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    settings = {
      ...mailSettings(database, smtp, await emptyRedisOf(queueBackend)),
      GATEHOUSE_ENV: 'production',
      GATEHOUSE_HIBP_URL: 'off',
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_MANAGEMENT_PORT: String(port),
      GATEHOUSE_LOG_LEVEL: 'info',
    };
    producer = await startProducer(settings);
    worker = new AppProcess({ program, settings, started: /"msg":"working"/ });
    await worker.start();
  }, 60_000);

  afterAll(async () => {
    await worker.kill();
    await producer.close();
    await smtp.down();
    await database.drop();
  });

  const ready = async (): Promise<{ status: number; body: { status: string; details: Record<string, unknown> } }> => {
    const answer = await fetch(`${base}/health/ready`);
    return { status: answer.status, body: (await answer.json()) as never };
  };

  it('answers probes and metrics on its management port', async () => {
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    expect((await fetch(`${base}/health/startup`)).status).toBe(200);
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { database: { status: 'up' }, queue: { status: 'up' }, mail: { status: 'up' } } },
    });
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('gatehouse_outbox_open_rows');
    expect((await fetch(`${base}/v1/me`)).status).toBe(404);
  });

  it('stays ready while the mail server is away, and says what is wrong', async () => {
    await smtp.down();
    // A kind that the product sends, so that there is something to compose.
    await producer.query(
      `INSERT INTO mails (id, kind, recipient, data) VALUES ('00000000-0000-4000-8000-000000000001', 'password_changed', 'ann@example.test', '{}')`,
    );
    await producer.query(
      `INSERT INTO outbox (id, topic, reference) VALUES (gen_random_uuid(), 'mail', '00000000-0000-4000-8000-000000000001')`,
    );
    await until('the attempt', async () => (await producer.query('SELECT 1 FROM mail_deliveries')).length > 0);
    await until('the probe to see it', async () => (await ready()).body.status === 'degraded', 10_000);
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'degraded', details: { database: { status: 'up' }, mail: { status: 'degraded' } } },
    });
    await smtp.up();
    await until('the mail to be sent', () => smtp.messages.length > 0);
    await until('the probe to see it', async () => (await ready()).body.status === 'ok', 10_000);
  });

  it('logs no secret and no address', () => {
    expect(worker.log).not.toContain('ann@example.test');
    for (const line of worker.log.trim().split('\n')) expect(() => void JSON.parse(line)).not.toThrow();
  });

  it('ends with 0 on SIGTERM', async () => {
    expect(await worker.stop('SIGTERM')).toBe(0);
    await worker.start();
  });

  it('lists every fault of its settings and does not start', () => {
    const result = spawnSync(process.execPath, [program], {
      env: { GATEHOUSE_DATABASE_URL: 'nonsense', GATEHOUSE_MAIL_CONCURRENCY: '0', GATEHOUSE_REDIS_URL: 'http://x' },
      encoding: 'utf8',
    });
    expect(result.status).toBe(1);
    for (const name of ['DATABASE_URL', 'MAIL_CONCURRENCY', 'REDIS_URL'])
      expect(result.stderr).toContain(`GATEHOUSE_${name}`);
  });

  it('needs no DDL for its queue', async () => {
    const owned = await producer.query(
      `SELECT c.relname FROM pg_class c WHERE c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)`,
    );
    expect(owned).toEqual([]);
  });
});
