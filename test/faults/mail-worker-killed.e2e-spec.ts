import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { mailSettings } from '../mail/support/mail-system.js';
import { type MailProducer, startProducer } from '../mail/support/mail-producer.js';
import { AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { redisProgram, RedisServer } from '../support/redis-server.js';
import { SmtpCatcher, until } from '../support/smtp.js';

const backends = [
  { backend: 'postgres', found: true },
  { backend: 'redis', found: redisProgram !== undefined },
] as const;

describe.each(backends)('a worker that is killed, queue on $backend', ({ backend, found }) => {
  const test = found ? it : it.skip;
  let redis: RedisServer | undefined;
  let smtp: SmtpCatcher;
  let database: TestDatabase;
  let producer: MailProducer;
  let worker: AppProcess;

  beforeEach(async () => {
    if (!found) return;
    redis = backend === 'redis' ? await RedisServer.start() : undefined;
    smtp = await SmtpCatcher.start();
    database = await createTestDatabase();
    const settings = mailSettings(database, smtp, redis?.url);
    producer = await startProducer(settings);
    worker = new AppProcess({ program: 'test/support/mail-worker.mjs', settings, started: /"msg":"working"/ });
    await worker.start();
  });

  afterEach(async () => {
    if (!found) return;
    await worker.kill();
    await producer.close();
    await smtp.down();
    await database.drop();
    await redis?.remove();
  });

  test('between the 250 of the mail server and its commit sends the same mail once more', async () => {
    const blocker = new pg.Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    try {
      await blocker.query('BEGIN');
      // Locked once the mail has arrived whole: the worker hears the 250, and its record waits for this lock.
      smtp.beforeAccept = async () => {
        if (smtp.messages.length === 0) await blocker.query('SELECT 1 FROM mails FOR UPDATE');
      };
      const id = await producer.enqueue('ann@example.test', 'token-of-ann');
      await until('the worker to wait for its commit', async () => {
        const rows = await producer.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'gatehouse worker' AND wait_event_type = 'Lock'
             AND datname = current_database() AND query LIKE '%UPDATE mails%'`,
        );
        return rows.length > 0;
      });
      expect(smtp.messages).toHaveLength(1);
      await worker.kill();
      await blocker.query('ROLLBACK');
      expect(await producer.query('SELECT status FROM mails')).toEqual([{ status: 'queued' }]);

      await worker.start();
      await until('the fate of the mail', async () => {
        const [row] = await producer.query<{ status: string }>('SELECT status FROM mails WHERE id = $1', [id]);
        return row?.status === 'sent';
      });
      const [first, second, ...more] = smtp.messages;
      expect(more).toEqual([]);
      expect(second).toEqual(first);
      expect(first!.messageId).toBe(`<${id}@id.example.test>`);
      expect(first!.mime).toContain('token-of-ann');
      expect(await producer.query('SELECT fate, attempt FROM mail_deliveries')).toEqual([{ fate: 'sent', attempt: 1 }]);
      expect(await producer.query('SELECT 1 FROM outbox')).toEqual([]);
    } finally {
      await blocker.end();
    }
  });

  test('ten times at random loses none of 300 mails, and repeats one only as it was', async () => {
    const count = 300;
    smtp.beforeAccept = () => wait(randomInt(5, 25));
    const ids = new Map<string, string>();
    const enqueueing = (async () => {
      for (let at = 0; at < count; at += 1) {
        const recipient = `person-${at}@example.test`;
        ids.set(recipient, await producer.enqueue(recipient, `token-${at}-end`));
        await wait(randomInt(0, 40));
      }
    })();
    for (let kills = 0; kills < 10; kills += 1) {
      await wait(randomInt(20, 700));
      await worker.kill();
      await worker.start();
    }
    await enqueueing;
    await until(
      'every mail to be recorded as sent',
      async () => (await producer.query(`SELECT 1 FROM mails WHERE status <> 'sent'`)).length === 0,
      60_000,
    );
    let repeated = 0;
    for (const [recipient, id] of ids) {
      const copies = smtp.to(recipient);
      expect(copies.length).toBeGreaterThanOrEqual(1);
      repeated += copies.length - 1;
      expect(new Set(copies.map(({ mime }) => mime)).size).toBe(1);
      expect(copies[0]!.messageId).toBe(`<${id}@id.example.test>`);
      expect(copies[0]!.mime).toContain(`token-${recipient.slice(7).split('@')[0]}-end`);
    }
    // At most what was in flight at each kill.
    expect(repeated).toBeLessThanOrEqual(10 * 4);
    expect(await producer.query('SELECT 1 FROM outbox')).toEqual([]);
    expect(
      await producer.query('SELECT 1 FROM mails WHERE sealed_secret IS NOT NULL OR sealed_letter IS NOT NULL'),
    ).toEqual([]);
  });

  test('by SIGTERM finishes what it holds and exits with 0', async () => {
    let release: () => void = () => undefined;
    smtp.beforeAccept = () => new Promise<void>((resolve) => (release = resolve));
    const id = await producer.enqueue('slow@example.test', 'token-slow');
    await until('the mail to be in flight', () => smtp.attempts.length > 0);
    const exit = worker.stop('SIGTERM');
    await wait(300);
    release();
    expect(await exit).toBe(0);
    expect(await producer.query('SELECT status FROM mails WHERE id = $1', [id])).toEqual([{ status: 'sent' }]);
    expect(smtp.messages).toHaveLength(1);
  });
});
