import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { mailSettings } from '../mail/support/mail-system.js';
import { type MailProducer, startProducer } from '../mail/support/mail-producer.js';
import { AppProcess } from '../support/app-process.js';
import { createTestDatabase, prepareServer, type TestDatabase } from '../support/databases.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { SmtpCatcher, until } from '../support/smtp.js';

const backends = [
  { backend: 'postgres', found: true },
  { backend: 'redis', found: redisProgram !== undefined },
] as const;

describe.each(backends)(
  'a worker whose PostgreSQL is restarted under load, queue on $backend',
  ({ backend, found }) => {
    const test = found ? it : it.skip;
    let server: PostgresServer;
    let database: TestDatabase;
    let redis: RedisServer | undefined;
    let smtp: SmtpCatcher;
    let producer: MailProducer;
    let worker: AppProcess;
    const enqueued = new Set<string>();

    // A server of its own, which it stops.
    beforeAll(async () => {
      if (!found) return;
      Logger.overrideLogger(false);
      server = await startPostgres();
      await prepareServer(server.url);
      database = await createTestDatabase();
      redis = backend === 'redis' ? await RedisServer.start() : undefined;
      smtp = await SmtpCatcher.start();
      const settings = mailSettings(database, smtp, redis?.url);
      producer = await startProducer(settings);
      worker = new AppProcess({ program: 'test/support/mail-worker.mjs', settings, started: /"msg":"working"/ });
      await worker.start();
    });

    afterAll(async () => {
      if (!found) return;
      await worker.kill();
      await producer.close();
      await smtp.down();
      await redis?.remove();
      await server.stop();
    });

    /** As registrations would: what PostgreSQL did not take was answered with 503. */
    async function load(ms: number): Promise<void> {
      const end = Date.now() + ms;
      for (let at = 0; Date.now() < end; at += 1) {
        const recipient = `person-${end}-${at}@example.test`;
        await producer.enqueue(recipient, `token-${at}`).then(
          () => enqueued.add(recipient),
          () => wait(100),
        );
        await wait(10);
      }
    }

    test('works on in the same process, quietly, and loses no mail', async () => {
      const { pid } = worker;
      smtp.beforeAccept = () => wait(10);
      const loading = load(8_000);
      await wait(1_500);
      await server.halt();
      const before = smtp.messages.length;
      const linesBefore = worker.log.split('\n').length;
      await wait(3_000);
      await server.resume();
      await loading;
      await until(
        'every mail to be sent',
        async () => (await producer.query(`SELECT 1 FROM mails WHERE status <> 'sent'`)).length === 0,
        30_000,
      );
      const missing = [...enqueued].filter((recipient) => smtp.to(recipient).length === 0);
      expect(missing).toEqual([]);
      expect(enqueued.size).toBeGreaterThan(before);
      for (const recipient of enqueued) {
        expect(new Set(smtp.to(recipient).map(({ mime }) => mime)).size).toBe(1);
      }
      expect(await producer.query('SELECT 1 FROM outbox')).toEqual([]);
      expect(worker.pid).toBe(pid);
      expect(worker.log.split('\n').length - linesBefore).toBeLessThan(100);
      expect(await worker.stop()).toBe(0);
    });
  },
);
