import { randomUUID } from 'node:crypto';
import type { Database } from '@app/database';
import type { SealedLetter } from './letter.js';
import { MailTransport } from './mail-transport.js';
import type { MailOutcome } from './mail.repository.js';

const capture = {
  name: 'email.capture',
  text: `
    INSERT INTO dev_mails (id, recipient, subject, text, html, headers, message_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Keeps letters in the database for the dev inbox, where no SMTP server is configured. */
export class DevInboxTransport extends MailTransport {
  constructor(private readonly database: Database) {
    super();
  }

  override async send(letter: SealedLetter): Promise<MailOutcome> {
    const { recipient, subject, text, html, messageId } = letter;
    const headers = JSON.stringify(headersOf(letter.mime));
    await this.database.run(capture, [randomUUID(), recipient, subject, text, html, headers, messageId]);
    return { fate: 'sent', smtpCode: null, reason: 'kept in the dev inbox' };
  }

  override async check(): Promise<void> {}

  override async close(): Promise<void> {}
}

/** The header block of a MIME message, unfolded (RFC 5322 2.2.3); names in lower case. */
export function headersOf(mime: string): Record<string, string> {
  const block = mime.slice(0, mime.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(
    block.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
