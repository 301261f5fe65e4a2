import { setTimeout as wait } from 'node:timers/promises';
import { mailSettings } from '../mail/support/mail-system.js';
import { type MailProducer, startProducer } from '../mail/support/mail-producer.js';
import { AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { SmtpCatcher, until } from '../support/smtp.js';

const test = redisProgram === undefined ? it.skip : it;

describe('a worker whose Redis fails', () => {
  let redis: RedisServer;
  let smtp: SmtpCatcher;
  let database: TestDatabase;
  let producer: MailProducer;
  let worker: AppProcess;
  let enqueued = 0;

  async function setUp(options: { readonly cluster?: boolean } = {}): Promise<void> {
    enqueued = 0;
    redis = await RedisServer.start(options);
    smtp = await SmtpCatcher.start();
    smtp.beforeAccept = () => wait(10);
    database = await createTestDatabase();
    const settings = {
      ...mailSettings(database, smtp, redis.url),
      GATEHOUSE_REDIS_CLUSTER: String(options.cluster ?? false),
    };
    producer = await startProducer(settings);
    worker = new AppProcess({ program: 'test/support/mail-worker.mjs', settings, started: /"msg":"working"/ });
  }

  afterEach(async () => {
    if (redisProgram === undefined) return;
    await worker.kill();
    await producer.close();
    await smtp.down();
    await database.drop();
    await redis.remove();
  });

  /** Enqueues for so long, whatever happens meanwhile: the producer needs PostgreSQL alone. */
  async function load(ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      enqueued += 1;
      await producer.enqueue(`person-${enqueued}@example.test`, `token-${enqueued}`);
      await wait(10);
    }
  }

  async function expectAllSentOnce(): Promise<void> {
    await until(
      'every mail to be sent',
      async () => (await producer.query(`SELECT 1 FROM mails WHERE status <> 'sent'`)).length === 0,
      30_000,
    );
    expect(new Set(smtp.messages.map(({ to }) => to)).size).toBe(enqueued);
    // Nobody was killed: a lost queue is no reason to send a mail twice.
    expect(smtp.messages).toHaveLength(enqueued);
    expect(await producer.query('SELECT 1 FROM outbox')).toEqual([]);
  }

  test('by a stop and a start under load works on in the same process', async () => {
    await setUp();
    await worker.start();
    const { pid } = worker;
    const loading = load(5_000);
    await wait(1_000);
    await redis.down();
    await wait(1_500);
    const atStop = smtp.messages.length;
    await redis.up();
    await loading;
    await expectAllSentOnce();
    expect(smtp.messages.length).toBeGreaterThan(atStop);
    expect(worker.pid).toBe(pid);
    expect(await worker.stop()).toBe(0);
  });

  test('by losing everything under load, several times, loses no mail', async () => {
    await setUp();
    await worker.start();
    const loading = load(4_000);
    for (let wipes = 0; wipes < 5; wipes += 1) {
      await wait(600);
      await redis.wipe();
    }
    await loading;
    await expectAllSentOnce();
  });

  test('by hanging, hands nothing over, and goes on when it answers again', async () => {
    await setUp();
    await worker.start();
    await load(500);
    redis.suspend();
    await load(1_000);
    await wait(4_000);
    redis.resume();
    await expectAllSentOnce();
  });

  test('by not being there yet, starts all the same and works once it is', async () => {
    await setUp();
    await redis.down();
    await worker.start();
    await load(500);
    await wait(1_000);
    expect(smtp.messages).toEqual([]);
    await redis.up();
    await expectAllSentOnce();
  });

  test('and never comes back, still ends in order', async () => {
    await setUp();
    await worker.start();
    await load(300);
    await redis.down();
    await wait(500);
    expect(await worker.stop()).toBe(0);
  });

  test('works in a cluster, whose keys are in one slot', async () => {
    await setUp({ cluster: true });
    await worker.start();
    await load(1_000);
    await expectAllSentOnce();
    const keys = await redis.tell((client) => client.keys('*'));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !key.startsWith('{gatehouse}:'))).toEqual([]);
    expect(await worker.stop()).toBe(0);
  });
});

describe('a worker whose connections to PostgreSQL are cut', () => {
  it('works on in the same process, with the queue in PostgreSQL', async () => {
    const smtp = await SmtpCatcher.start();
    const database = await createTestDatabase();
    const settings = mailSettings(database, smtp, undefined);
    const producer = await startProducer(settings);
    const worker = new AppProcess({ program: 'test/support/mail-worker.mjs', settings, started: /"msg":"working"/ });
    try {
      await worker.start();
      const { pid } = worker;
      for (let at = 0; at < 100; at += 1) {
        await producer.enqueue(`person-${at}@example.test`, `token-${at}`);
        if (at % 25 === 24) {
          await producer.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'test producer'`,
          );
        }
      }
      await until(
        'every mail to be sent',
        async () => (await producer.query(`SELECT 1 FROM mails WHERE status <> 'sent'`)).length === 0,
        30_000,
      );
      expect(new Set(smtp.messages.map(({ to }) => to)).size).toBe(100);
      // The listener is back as well: a new mail goes out at once, not at some later poll.
      await producer.enqueue('late@example.test', 'token-late');
      await smtp.next('late@example.test', { timeoutMs: 5_000 });
      expect(worker.pid).toBe(pid);
      expect(await worker.stop()).toBe(0);
    } finally {
      await worker.kill();
      await producer.close();
      await smtp.down();
      await database.drop();
    }
  });
});
