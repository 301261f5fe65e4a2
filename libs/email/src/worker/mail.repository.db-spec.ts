import type { CryptoConfig } from '@app/config';
import { Envelopes } from '@app/crypto';
import type { Statement, Tx } from '@app/database';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { openPool, type TestPool } from '../../../database/testing/pool.js';
import { Mail } from '../mail.js';
import { secretContext } from '../mail-names.js';
import { LeaseLost, MailRepository } from './mail.repository.js';

const cryptoConfig = {
  encryptionKeys: [{ kid: 'k1', key: Buffer.alloc(32, 7) }],
} as unknown as CryptoConfig;

const lease = 60_000;

describe('the rows of mails', () => {
  let database: TestDatabase;
  let pool: TestPool;
  let mail: Mail;
  let mails: MailRepository;
  const envelopes = new Envelopes(cryptoConfig);

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = await openPool(database.url);
    mail = new Mail(envelopes);
    mails = new MailRepository(pool.database);
  });

  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  beforeEach(() => database.shiftClock(0));

  const enqueue = (): Promise<string> =>
    pool.transactions.run((tx) => mail.enqueue(tx, { kind: 'test', recipient: 'ann@example.test', secret: 'token' }));

  it('are written with their outbox row by one statement, the secret sealed', async () => {
    const statements: string[] = [];
    const id = await pool.transactions.run((tx) => {
      const counted = {
        run: (statement: Statement, values: readonly unknown[]) => {
          statements.push(statement.name);
          return tx.run(statement, values);
        },
      } as unknown as Tx;
      return mail.enqueue(counted, { kind: 'test', recipient: 'bob@example.test', secret: 'token-of-bob' });
    });
    expect(statements).toEqual(['email.enqueue']);
    const { rows } = await pool.database.pool.query('SELECT * FROM mails WHERE id = $1', [id]);
    const sealed = rows[0].sealed_secret as Buffer;
    expect(sealed.includes('token-of-bob')).toBe(false);
    expect(envelopes.open(sealed, secretContext(id)).toString()).toBe('token-of-bob');
    const outbox = await pool.database.pool.query('SELECT topic FROM outbox WHERE reference = $1', [id]);
    expect(outbox.rows).toEqual([{ topic: 'mail' }]);
    expect(JSON.stringify(rows[0])).not.toContain('token-of-bob');
  });

  it('belong to one of many workers at a time', async () => {
    const id = await enqueue();
    const claims = await Promise.all(Array.from({ length: 8 }, () => mails.claim(id, lease)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('are free again once the lease has ended, as the same attempt', async () => {
    const id = await enqueue();
    const first = await mails.claim(id, lease);
    await database.shiftClock(61);
    const second = await mails.claim(id, lease);
    expect(second).toMatchObject({ attempts: 1, firstAttemptAt: first?.firstAttemptAt });
    expect(second?.lease).not.toBe(first?.lease);
  });

  it('take nothing from a worker whose lease has passed to another, but that they were sent', async () => {
    const id = await enqueue();
    const old = (await mails.claim(id, lease))!;
    await database.shiftClock(61);
    const current = (await mails.claim(id, lease))!;
    await pool.transactions.run(async (tx) => {
      await expect(mails.keepLetter(tx, old, Buffer.from('x'), '<m>')).rejects.toThrow(LeaseLost);
      expect(await mails.release(tx, old, 'late')).toBe(false);
      expect(await mails.finish(tx, old, 'failed', 'late')).toBe(false);
      expect(await mails.finish(tx, old, 'sent', null)).toBe(true);
      expect(await mails.release(tx, current, 'too late')).toBe(false);
    });
    expect(await mails.statusOf(id)).toBe('sent');
    expect(await mails.claim(id, lease)).toBeUndefined();
  });

  it('count an attempt once its result is known', async () => {
    const id = await enqueue();
    const first = (await mails.claim(id, lease))!;
    await pool.transactions.run((tx) => mails.release(tx, first, 'greylisted'));
    expect(await mails.claim(id, lease)).toMatchObject({ attempts: 2, firstAttemptAt: first.firstAttemptAt });
  });

  it('have a ledger that the app can add to and never change', async () => {
    const id = await enqueue();
    const claimed = (await mails.claim(id, lease))!;
    await pool.transactions.run((tx) =>
      mails.record(tx, claimed, '<m>', { fate: 'deferred', smtpCode: 450, reason: 'later' }),
    );
    const rows = await pool.database.pool.query(
      'SELECT mail_id, fate, tableoid::regclass AS partition FROM mail_deliveries',
    );
    expect(rows.rows).toMatchObject([
      { mail_id: id, fate: 'deferred', partition: expect.stringMatching(/_y\d{4}m\d{2}$/) },
    ]);
    for (const change of [`UPDATE mail_deliveries SET fate = 'sent'`, 'DELETE FROM mail_deliveries']) {
      await expect(pool.database.pool.query(change)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('keep no secret once their fate is final, whoever writes it', async () => {
    const id = await enqueue();
    await expect(
      pool.database.pool.query(`UPDATE mails SET status = 'sent', finished_at = app_now() WHERE id = $1`, [id]),
    ).rejects.toMatchObject({ constraint: 'mails_wiped_check' });
  });
});
