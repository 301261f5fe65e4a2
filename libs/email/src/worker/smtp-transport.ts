import { readFileSync } from 'node:fs';
import { createTransport, type Transporter } from 'nodemailer';
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import type { MailConfig, SmtpServer } from '@app/config';
import type { SealedLetter } from './letter.js';
import { MailTransport } from './mail-transport.js';
import type { MailOutcome } from './mail.repository.js';
import { judgeFailure, oneLine } from './smtp-verdict.js';

const implicitTlsPort = 465;

export type SmtpEncryption = 'none' | 'starttls' | 'implicit';

/** Of the lease: what is left is for composing before and recording afterwards. */
const shareOfLease = 0.7;

/** How the connection is encrypted. Never opportunistic: who can strip an offer of STARTTLS could read the mail. */
export function encryption(server: Pick<SmtpServer, 'port' | 'useTls'>): SmtpEncryption {
  if (!server.useTls) return 'none';
  return server.port === implicitTlsPort ? 'implicit' : 'starttls';
}

/** Hands letters to the configured SMTP server, over a few connections that are kept for a while. */
export class SmtpTransport extends MailTransport {
  private readonly pool: Transporter;
  private readonly deadlineMs: number;
  private trouble: Error | undefined;

  constructor(
    private readonly config: MailConfig & { readonly smtp: SmtpServer },
    private readonly ehloName: string,
    encrypted = encryption(config.smtp),
  ) {
    super();
    this.deadlineMs = Math.round(config.leaseMs * shareOfLease);
    this.pool = createTransport({ ...this.poolOptions(encrypted), pool: true });
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

  private poolOptions(encrypted: SmtpEncryption): SMTPPoolOptions {
    const { host, port, username, password, caFile } = this.config.smtp;
    return {
      host,
      port,
      name: this.ehloName,
      secure: encrypted === 'implicit',
      requireTLS: encrypted === 'starttls',
      ignoreTLS: encrypted === 'none',
      tls: {
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      },
      ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
      maxConnections: this.config.concurrency,
      maxMessages: 100,
      // Short: a kept connection pays off in a burst, and servers drop idle ones.
      idleTimeout: 5_000,
      // Only for a kept connection that turns out to be closed before a byte of the mail went out.
      maxRequeues: 1,
      connectionTimeout: this.deadlineMs / 2,
      dnsTimeout: this.deadlineMs / 2,
      greetingTimeout: this.deadlineMs / 2,
      socketTimeout: this.deadlineMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}
