import type { MailOutcome } from './mail.repository.js';

/** What nodemailer tells about a failure. */
interface SmtpFault {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly message?: unknown;
}

/** The parts of a transaction that are about this mail: its sender, recipient and content. */
const aboutTheMail = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * 5xx replies that are about us and not about the mail: authentication required or refused, encryption required,
 * commands out of order (RFC 4954 6, RFC 5321 4.2.3). They end when the operator mends it.
 */
const aboutUs = new Set([503, 530, 534, 535, 538]);

const reasonLength = 300;

/**
 * What an attempt that failed means. Final is only what the server said for good about this mail; connections,
 * TLS, credentials and 4xx replies are tried again.
 */
export function judgeFailure(error: unknown): MailOutcome {
  const fault = error as SmtpFault;
  const smtpCode = typeof fault.responseCode === 'number' ? fault.responseCode : null;
  const refused = aboutTheMail.has(String(fault.code));
  // Without a reply it is nodemailer that refuses: an address or a size that this server cannot be given.
  const final = refused && (smtpCode === null || (smtpCode >= 500 && smtpCode < 600 && !aboutUs.has(smtpCode)));
  return { fate: final ? 'failed' : 'deferred', smtpCode, reason: reasonOf(fault) };
}

/** The server's words about the mail; about anything else, the step that failed as well. */
function reasonOf({ response, code, message }: SmtpFault): string {
  const words = typeof response === 'string' && response !== '' ? response : String(message);
  return oneLine(aboutTheMail.has(String(code)) ? words : `${String(code ?? 'fault')}: ${words}`);
}

/** One short line of printable text. */
export function oneLine(words: string): string {
  return words
    .replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ')
    .trim()
    .slice(0, reasonLength);
}
