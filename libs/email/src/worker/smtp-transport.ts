import { readFileSync } from 'node:fs';
import { createTransport, type Transporter } from 'nodemailer';
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import type { MailConfig, SmtpServer } from '@app/config';
import type { SealedLetter } from './letter.js';
import { MailTransport } from './mail-transport.js';
import type { MailOutcome } from './mail.repository.js';
import { judgeFailure, oneLine } from './smtp-verdict.js';

const implicitTlsPort = 465;

/** Of the lease: what is left is for composing before and recording afterwards. */
const shareOfLease = 0.7;

/** nodemailer's pool for one server. */
export function poolOptions(
  server: SmtpServer,
  ehloName: string,
  concurrency: number,
  deadlineMs: number,
): SMTPPoolOptions {
  const implicitTls = server.useTls && server.port === implicitTlsPort;
  return {
    host: server.host,
    port: server.port,
    name: ehloName,
    secure: implicitTls,
    // Not opportunistic: a server, or somebody between, that offers no STARTTLS gets no mail.
    requireTLS: server.useTls && !implicitTls,
    ignoreTLS: !server.useTls,
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(server.caFile === undefined ? {} : { ca: readFileSync(server.caFile) }),
    },
    ...(server.username === undefined ? {} : { auth: { user: server.username, pass: server.password ?? '' } }),
    maxConnections: concurrency,
    maxMessages: 100,
    // Short: a kept connection pays off in a burst, and servers drop idle ones.
    idleTimeout: 5_000,
    // Only for a kept connection that turns out to be closed before a byte of the mail went out.
    maxRequeues: 1,
    connectionTimeout: deadlineMs / 2,
    dnsTimeout: deadlineMs / 2,
    greetingTimeout: deadlineMs / 2,
    socketTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Hands letters to the configured SMTP server, over a few connections that are kept for a while. */
export class SmtpTransport extends MailTransport {
  private readonly pool: Transporter;
  private readonly deadlineMs: number;
  private trouble: Error | undefined;

  constructor(config: MailConfig & { readonly smtp: SmtpServer }, ehloName: string) {
    super();
    this.deadlineMs = Math.round(config.leaseMs * shareOfLease);
    const options = poolOptions(config.smtp, ehloName, config.concurrency, this.deadlineMs);
    this.pool = createTransport({ ...options, pool: true });
  }

  override async send(letter: SealedLetter): Promise<MailOutcome> {
    const { envelopeFrom, recipient, mime } = letter;
    try {
      const info = await this.pool.sendMail({
        envelope: { from: envelopeFrom, to: [recipient] },
        raw: Buffer.from(mime, 'latin1'),
        // Closes the connection: when it is over, nothing of this attempt is still under way.
        signal: AbortSignal.timeout(this.deadlineMs),
      });
      this.trouble = undefined;
      const response = String(info.response);
      return { fate: 'sent', smtpCode: Number(/^\d{3}/.exec(response)?.[0] ?? 250), reason: oneLine(response) };
    } catch (error) {
      this.remember(error);
      return judgeFailure(error);
    }
  }

  override async check(): Promise<void> {
    if (this.trouble) throw this.trouble;
  }

  override async close(): Promise<void> {
    this.pool.close();
  }

  /** A server that refuses one mail is in good health. */
  private remember(error: unknown): void {
    const { code } = error as { code?: unknown };
    const answered = code === 'EENVELOPE' || code === 'EMESSAGE';
    this.trouble = answered ? undefined : (error as Error);
  }
}
