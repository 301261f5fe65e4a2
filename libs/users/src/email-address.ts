import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { AppError } from '@app/errors';

/** An address as its owner writes it, and the key that all its spellings share. */
export interface EmailAddress {
  readonly address: string;
  readonly key: string;
}

/**
 * Normalises an address: NFKC, the domain by IDNA to lower-case ASCII. The local part keeps its case (RFC 5321
 * 2.4 lets a host tell cases apart) and is compared without it, because people do not.
 * @throws AppError invalid `users.email_invalid`
 */
export function parseEmail(text: string): EmailAddress {
  const email = normalise(text);
  if (!email) throw new AppError('invalid', 'users.email_invalid', 'This is not an e-mail address.');
  return email;
}

/** The key to look an address up by; undefined where the text is no address. */
export function emailKey(text: string): string | undefined {
  return normalise(text)?.key;
}

function normalise(text: string): EmailAddress | undefined {
  const normal = text.trim().normalize('NFKC');
  const at = normal.lastIndexOf('@');
  if (at < 1 || normal.length > 320) return undefined;
  const local = normal.slice(0, at);
  const domain = domainToASCII(normal.slice(at + 1));
  const address = `${local}@${domain}`;
  if (domain === '' || !isEmail(address, { allow_utf8_local_part: true, require_tld: false })) return undefined;
  return { address, key: `${local.toLowerCase()}@${domain}` };
}
