import { AppError } from '@app/errors';

/** Line ends would add headers or SMTP commands; brackets, commas and blanks would add recipients. */
const unsafe = /[\u0000-\u0020\u007f-\u009f<>,;:()[\]\\"\u2028\u2029]/;

const maxLength = 254;

/**
 * Refuses what is no single plain address. Whether it is a good one is the users' lib's question: this one keeps
 * anything else out of headers and SMTP commands.
 * @throws AppError invalid `email.recipient_malformed`.
 */
export function assertMailAddress(address: string): void {
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1 || address.length > maxLength || unsafe.test(address)) {
    throw new AppError('invalid', 'email.recipient_malformed', 'The mail address cannot be written to.');
  }
}
