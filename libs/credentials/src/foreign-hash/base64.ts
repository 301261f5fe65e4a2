import { malformedHash } from './foreign-hash.js';

/**
 * Strict base64, with or without padding; `.` for `+` as passlib writes it. Node's own decoder skips what it does not
 * know, so a mangled hash would become another one.
 */
export function fromBase64(text: string | undefined): Buffer {
  const plain = (text ?? '').replaceAll('.', '+').replace(/={1,2}$/, '');
  const bytes = Buffer.from(plain, 'base64');
  if (plain === '' || toBase64(bytes) !== plain) throw malformedHash();
  return bytes;
}

/** Base64 without padding, as PHC strings have it. */
export const toBase64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
