import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MailConfig, SmtpServer } from '@app/config';
import { type Certificate, makeCertificate } from '../../../../test/support/certificate.js';
import { SmtpCatcher, type SmtpOptions } from '../../../../test/support/smtp.js';
import type { MailOutcome } from './mail.repository.js';
import { writeMime } from './mime.js';
import { encryption, type SmtpEncryption, SmtpTransport } from './smtp-transport.js';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-smtp-'));

afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(certificate: Certificate): string {
  const file = join(mkdtempSync(join(folder, 'ca-')), 'ca.pem');
  writeFileSync(file, certificate.cert);
  return file;
}

interface Attempt {
  readonly outcome: MailOutcome;
  readonly smtp: SmtpCatcher;
  readonly healthy: boolean;
}

/** One letter to a server of this kind. */
async function attempt(
  options: SmtpOptions,
  encrypted: SmtpEncryption,
  server: Partial<SmtpServer> = {},
  leaseMs = 20_000,
  prepare: (smtp: SmtpCatcher) => void = () => undefined,
): Promise<Attempt> {
  const smtp = await SmtpCatcher.start(options);
  prepare(smtp);
  const config: MailConfig & { smtp: SmtpServer } = {
    smtp: {
      host: '127.0.0.1',
      port: smtp.port,
      username: undefined,
      password: undefined,
      useTls: encrypted !== 'none',
      caFile: undefined,
      ...server,
    },
    from: 'Gatehouse <gatehouse@example.test>',
    maxAttempts: 1,
    retryBaseMs: 1,
    leaseMs,
    concurrency: 2,
    devInbox: false,
  };
  const transport = new SmtpTransport(config, 'id.example.test', encrypted);
  try {
    const letter = await writeMime(
      { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' },
      { id: 'a1', from: config.from, recipient: 'ann@example.test', host: 'id.example.test', date: new Date() },
    );
    const outcome = await transport.send(letter);
    const healthy = await transport.check().then(
      () => true,
      () => false,
    );
    return { outcome, smtp, healthy };
  } finally {
    await transport.close();
    await smtp.down();
  }
}

describe('the way to the mail server', () => {
  it.each([
    [465, true, 'implicit'],
    [587, true, 'starttls'],
    [25, true, 'starttls'],
    [465, false, 'none'],
    [587, false, 'none'],
  ] as const)('on port %i with TLS %s is %s', (port, useTls, expected) => {
    expect(encryption({ port, useTls })).toBe(expected);
  });

  it.each(['implicit', 'starttls'] as const)('is encrypted by %s', async (tls) => {
    const certificate = makeCertificate();
    const { outcome, smtp, healthy } = await attempt({ tls, certificate }, tls, { caFile: fileWith(certificate) });
    expect(outcome).toMatchObject({ fate: 'sent', smtpCode: 250 });
    expect(smtp.messages).toMatchObject([{ secure: true, to: 'ann@example.test', from: 'gatehouse@example.test' }]);
    expect(healthy).toBe(true);
  });

  it('is not used where STARTTLS was stripped', async () => {
    const { outcome, smtp, healthy } = await attempt({ tls: 'stripped' }, 'starttls');
    expect(outcome.fate).toBe('deferred');
    expect(outcome.reason).toMatch(/TLS/);
    expect(smtp.attempts).toEqual([]);
    expect(healthy).toBe(false);
  });

  it.each(['implicit', 'starttls'] as const)(
    'by %s is not used with a certificate of an unknown issuer',
    async (tls) => {
      const { outcome, smtp } = await attempt({ tls, certificate: makeCertificate() }, tls, {
        caFile: fileWith(makeCertificate()),
      });
      expect(outcome.fate).toBe('deferred');
      expect(outcome.reason).toMatch(/self-signed|unable to verify|signature/i);
      expect(smtp.attempts).toEqual([]);
    },
  );

  it('is not used with a certificate for another name', async () => {
    const certificate = makeCertificate({ names: ['mail.elsewhere.test'] });
    const { outcome, smtp } = await attempt({ tls: 'starttls', certificate }, 'starttls', {
      caFile: fileWith(certificate),
    });
    expect(outcome).toMatchObject({ fate: 'deferred', reason: expect.stringContaining('altnames') });
    expect(smtp.attempts).toEqual([]);
  });

  it('is not used with an expired certificate', async () => {
    const certificate = makeCertificate({ expired: true });
    const { outcome, smtp } = await attempt({ tls: 'implicit', certificate }, 'implicit', {
      caFile: fileWith(certificate),
    });
    expect(outcome).toMatchObject({ fate: 'deferred', reason: expect.stringContaining('expired') });
    expect(smtp.attempts).toEqual([]);
  });

  it('is in clear only where the operator says so', async () => {
    const { outcome, smtp } = await attempt({ tls: 'starttls', certificate: makeCertificate() }, 'none');
    expect(outcome.fate).toBe('sent');
    expect(smtp.messages).toMatchObject([{ secure: false }]);
  });

  it('carries the credentials encrypted', async () => {
    const certificate = makeCertificate();
    const { smtp } = await attempt(
      { tls: 'starttls', certificate, credentials: { username: 'gate', password: 'pw-right-1' } },
      'starttls',
      { caFile: fileWith(certificate), username: 'gate', password: 'pw-right-1' },
    );
    expect(smtp.messages).toMatchObject([{ secure: true, user: 'gate' }]);
  });

  it('is tried again when our credentials are refused, and says so without them', async () => {
    const certificate = makeCertificate();
    const { outcome, healthy } = await attempt(
      { tls: 'starttls', certificate, credentials: { username: 'gate', password: 'pw-right-1' } },
      'starttls',
      { caFile: fileWith(certificate), username: 'gate', password: 'pw-wrong-1' },
    );
    expect(outcome).toMatchObject({ fate: 'deferred', smtpCode: 535 });
    expect(outcome.reason).not.toContain('pw-');
    expect(healthy).toBe(false);
  });
});

describe('a mail server', () => {
  it('that refuses the recipient is healthy, and is not asked again', async () => {
    const { outcome, healthy } = await attempt({}, 'none', {}, 20_000, (smtp) => {
      smtp.refuse = () => ({ code: 550, text: 'No such user' });
    });
    expect(outcome).toEqual({ fate: 'failed', smtpCode: 550, reason: '550 No such user' });
    expect(healthy).toBe(true);
  });

  it('that is not there is asked again', async () => {
    const { outcome, healthy } = await attempt({}, 'none', { port: 1 });
    expect(outcome).toMatchObject({ fate: 'deferred', smtpCode: null });
    expect(healthy).toBe(false);
  });

  it('that says nothing for too long is given up before the lease ends', async () => {
    const began = Date.now();
    const { outcome } = await attempt({}, 'none', {}, 1_000, (smtp) => {
      smtp.beforeAccept = () => new Promise((resolve) => setTimeout(resolve, 3_000));
    });
    expect(outcome.fate).toBe('deferred');
    expect(Date.now() - began).toBeLessThan(1_000);
  });
});
