import MailComposer from 'nodemailer/lib/mail-composer';
import type { Letter, SealedLetter } from './letter.js';

export interface MimeOptions {
  readonly id: string;
  /** As configured: an address, or `Name <address>`. */
  readonly from: string;
  readonly recipient: string;
  /** The right side of the Message-ID. */
  readonly host: string;
  readonly date: Date;
}

/** A composer wrote something that no mail can carry; trying again would not change it. */
export class UnusableLetter extends Error {}

const lineEnd = /[\r\n\0]/;

export const messageIdOf = (id: string, host: string): string => `<${id}@${host}>`;

/**
 * The letter's bytes. The same input gives the same bytes: date, Message-ID and boundary are all given.
 * @throws UnusableLetter where a header would hold a line end.
 */
export async function writeMime(letter: Letter, options: MimeOptions): Promise<SealedLetter> {
  const { id, from, recipient, host, date } = options;
  for (const header of [letter.subject, from, recipient, host]) {
    if (lineEnd.test(header)) throw new UnusableLetter('a header holds a line end');
  }
  const messageId = messageIdOf(id, host);
  const node = new MailComposer({
    from,
    // An object: a plain string would be parsed, and could become several recipients.
    to: { name: '', address: recipient },
    subject: letter.subject,
    // nodemailer writes the text part first: clients show the last one they understand.
    text: letter.text,
    html: letter.html,
    messageId,
    date,
    baseBoundary: id,
    textEncoding: 'quoted-printable',
    newline: 'windows',
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    xMailer: false,
  }).compile();
  const mime = (await node.build()).toString('latin1');
  const envelopeFrom = node.getEnvelope().from;
  if (!envelopeFrom) throw new UnusableLetter('the sender is no address');
  return { ...letter, messageId, envelopeFrom, recipient, mime };
}
