import type { CaughtMessage, SmtpRefusal } from '../support/smtp.js';
import { readMessage, SmtpCatcher, until } from '../support/smtp.js';
import { emptyRedisOf } from '../support/redis.js';
import { MailSystem, plainComposer } from './support/mail-system.js';

describe(`delivery of mails, queue on ${queueBackend}`, () => {
  let smtp: SmtpCatcher;
  let system: MailSystem;
  let composed: string[] = [];

  beforeAll(async () => {
    smtp = await SmtpCatcher.start();
    system = await MailSystem.start({
      smtp,
      redisUrl: await emptyRedisOf(queueBackend),
      composers: {
        counted: {
          compose: (tx, mail) => {
            composed.push(mail.id);
            return plainComposer.compose(tx, mail);
          },
        },
        topical: { topic: ({ what }) => String(what), compose: plainComposer.compose },
        unwanted: { compose: async () => null },
        broken: { compose: async () => Promise.reject(new Error('holds the secret token-1234')) },
        injecting: { compose: async () => ({ subject: 'Hi\r\nBcc: everybody@example.test', text: 'x', html: 'x' }) },
      },
      settings: { GATEHOUSE_MAIL_MAX_ATTEMPTS: '3' },
    });
  });

  afterAll(async () => {
    await system.stop();
    await smtp.down();
    await system.database.drop();
  });

  beforeEach(() => {
    composed = [];
    smtp.refuse = () => undefined;
    smtp.beforeAccept = () => undefined;
  });

  it('sends a mail once it is committed, and leaves nothing open or secret behind', async () => {
    const id = await system.enqueue({ recipient: 'ann@example.test', secret: 'token-ann' });
    const mail = await smtp.next('ann@example.test');
    expect(mail.text).toContain('https://id.example.test/link/token-ann');
    expect(mail.html).toContain('token-ann');
    expect(await system.fate(id)).toBe('sent');
    expect(await system.row(id)).toMatchObject({
      attempts: 1,
      sealed_secret: null,
      sealed_letter: null,
      message_id: `<${id}@id.example.test>`,
    });
    expect(await system.ledger(id)).toMatchObject([
      { attempt: 1, fate: 'sent', smtp_code: 250, message_id: `<${id}@id.example.test>` },
    ]);
    expect(await system.openRows()).toBe(0);
  });

  it('sends nothing for a change that is rolled back', async () => {
    const before = smtp.attempts.length;
    await expect(
      system.inTransaction(async (enqueue) => {
        await enqueue({ recipient: 'rolled-back@example.test' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    const id = await system.enqueue({ recipient: 'after@example.test' });
    await system.fate(id);
    expect(smtp.attempts.slice(before)).toEqual(['after@example.test']);
  });

  it('writes the mail as machines and people expect it', async () => {
    const id = await system.enqueue({ recipient: 'form@example.test' });
    const mail = await smtp.next('form@example.test');
    const { mime } = smtp.to('form@example.test')[0]!;
    expect(mail.headers).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' })]),
    );
    expect(mail.messageId).toBe(`<${id}@id.example.test>`);
    expect(mail.from).toMatchObject({ name: 'Gatehouse', address: 'gatehouse@id.example.test' });
    expect(mail.to).toMatchObject([{ address: 'form@example.test' }]);
    expect(mime.indexOf('Content-Type: text/plain')).toBeGreaterThan(0);
    expect(mime.indexOf('Content-Type: text/plain')).toBeLessThan(mime.indexOf('Content-Type: text/html'));
    expect(mime).not.toMatch(/^X-Mailer/im);
  });

  it('sends a greylisted mail again with the same Message-ID and the same bytes', async () => {
    const copies: CaughtMessage[] = [];
    smtp.beforeAccept = (message) => {
      if (message.to !== 'grey@example.test') return;
      copies.push(message);
      if (copies.length === 1) throw new Error('greylisted after DATA');
    };
    smtp.refuse = (to, attempt): SmtpRefusal | undefined =>
      to === 'grey@example.test' && attempt === 2 ? { code: 450, text: '4.2.0 Greylisted, try again' } : undefined;
    const id = await system.enqueue({ kind: 'counted', recipient: 'grey@example.test', secret: 'token-grey' });
    expect(await system.fate(id)).toBe('sent');
    expect(await system.ledger(id)).toMatchObject([
      { attempt: 1, fate: 'deferred', smtp_code: 451 },
      { attempt: 2, fate: 'deferred', smtp_code: 450, reason: '450 4.2.0 Greylisted, try again' },
      { attempt: 3, fate: 'sent', smtp_code: 250 },
    ]);
    expect(copies).toHaveLength(2);
    expect(copies[1]!.mime).toBe(copies[0]!.mime);
    expect(composed).toEqual([id]);
  });

  it('ends at once on a 5xx reply, with the reason in the ledger and the secret wiped', async () => {
    smtp.refuse = (to) => (to === 'gone@example.test' ? { code: 550, text: '5.1.1 No such user' } : undefined);
    const id = await system.enqueue({ recipient: 'gone@example.test', secret: 'token-gone' });
    expect(await system.fate(id)).toBe('failed');
    expect(await system.ledger(id)).toMatchObject([
      { attempt: 1, fate: 'failed', smtp_code: 550, reason: '550 5.1.1 No such user' },
    ]);
    expect(await system.row(id)).toMatchObject({
      sealed_secret: null,
      sealed_letter: null,
      last_error: '550 5.1.1 No such user',
    });
    expect(await system.openRows()).toBe(0);
  });

  it('gives up after the last attempt', async () => {
    smtp.refuse = (to) => (to === 'full@example.test' ? { code: 452, text: '4.2.2 Mailbox full' } : undefined);
    const id = await system.enqueue({ recipient: 'full@example.test' });
    expect(await system.fate(id)).toBe('failed');
    expect((await system.ledger(id)).map(({ fate }) => fate)).toEqual(['deferred', 'deferred', 'failed']);
    expect((await system.row(id)).last_error).toBe('gave up: 452 4.2.2 Mailbox full');
    expect(await system.openRows()).toBe(0);
  });

  it('sends all that waited once a server that was down is up again', async () => {
    await smtp.down();
    const ids = await Promise.all(
      Array.from({ length: 5 }, (_, at) => system.enqueue({ recipient: `waiting-${at}@example.test` })),
    );
    await until('an attempt on each', async () =>
      (await Promise.all(ids.map((id) => system.ledger(id)))).every((rows) => rows.length > 0),
    );
    await smtp.up();
    expect(await Promise.all(ids.map((id) => system.fate(id)))).toEqual(ids.map(() => 'sent'));
    expect(await readMessage(smtp.to('waiting-3@example.test')[0]!)).toMatchObject({ subject: 'Test plain' });
  });

  it('says nothing where the composer wants no mail', async () => {
    const id = await system.enqueue({ kind: 'unwanted', recipient: 'unwanted@example.test', secret: 's' });
    expect(await system.fate(id)).toBe('suppressed');
    expect(await system.ledger(id)).toMatchObject([{ fate: 'suppressed', reason: 'not_wanted' }]);
    expect(smtp.attempts).not.toContain('unwanted@example.test');
    expect(await system.row(id)).toMatchObject({ sealed_secret: null });
  });

  it('lets nobody flood an inbox: past the cap, mails of a kind to a recipient are dropped in silence', async () => {
    const send = (): Promise<string> => system.enqueue({ recipient: 'Victim@example.test' });
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) ids.push(await send());
    const fates = await Promise.all(ids.map((id) => system.fate(id)));
    expect(fates.filter((fate) => fate === 'sent')).toHaveLength(5);
    expect(fates.filter((fate) => fate === 'suppressed')).toHaveLength(2);
    expect(smtp.to('Victim@example.test')).toHaveLength(5);
    const other = await system.enqueue({ kind: 'counted', recipient: 'victim@example.test' });
    expect(await system.fate(other)).toBe('sent');
  });

  it('caps each topic of a kind by itself, so that many notices of one cannot hide one of another', async () => {
    const send = (what: string): Promise<string> =>
      system.enqueue({ kind: 'topical', recipient: 'owner@example.test', data: { what } });
    const many: string[] = [];
    for (let at = 0; at < 6; at += 1) many.push(await send('codes renewed'));
    const fates = await Promise.all(many.map((id) => system.fate(id)));
    expect(fates.filter((fate) => fate === 'suppressed')).toHaveLength(1);
    expect(await system.fate(await send('passkey added'))).toBe('sent');
  });

  it('keeps what a failing composer threw out of the ledger', async () => {
    const id = await system.enqueue({ kind: 'broken', recipient: 'broken@example.test' });
    expect(await system.fate(id)).toBe('failed');
    expect((await system.ledger(id)).map(({ reason }) => reason)).toEqual([
      'not composed',
      'not composed',
      'gave up: not composed',
    ]);
  });

  it('refuses line ends in headers, whoever wrote them', async () => {
    const id = await system.enqueue({ kind: 'injecting', recipient: 'subject@example.test' });
    expect(await system.fate(id)).toBe('failed');
    expect(smtp.attempts).not.toContain('subject@example.test');
    expect(smtp.attempts).not.toContain('everybody@example.test');
    await expect(system.enqueue({ recipient: 'a@example.test\r\nBcc: b@example.test' })).rejects.toMatchObject({
      code: 'email.recipient_malformed',
    });
    await expect(system.enqueue({ recipient: 'a@example.test, b@example.test' })).rejects.toMatchObject({
      kind: 'invalid',
    });
  });

  it('carries non-ASCII text in seven bits', async () => {
    const id = await system.enqueue({ kind: 'counted', recipient: 'utf8@example.test', secret: 'grüße-漢字' });
    expect(await system.fate(id)).toBe('sent');
    expect(smtp.to('utf8@example.test')[0]!.mime).not.toMatch(/[^\x00-\x7f]/);
    expect((await smtp.next('utf8@example.test')).text).toContain('grüße-漢字');
  });

  it('counts fates and open rows for Prometheus', async () => {
    const metrics = await system.metrics();
    expect(metrics).toMatch(/gatehouse_mail_attempts_total\{kind="plain",fate="sent"\} \d+/);
    expect(metrics).toMatch(/gatehouse_mail_attempts_total\{kind="unwanted",fate="suppressed"\} 1/);
    expect(metrics).toContain('# TYPE gatehouse_outbox_open_rows gauge');
    expect(metrics).toContain('# TYPE gatehouse_outbox_oldest_seconds gauge');
  });
});
