import { pbkdf2 } from 'node:crypto';
import { constantTimeEqual } from '@app/crypto';
import { fromBase64, toBase64 } from './base64.js';
import {
  assertSizes,
  bounds,
  costlyHash,
  type ForeignHash,
  type ForeignHashReader,
  malformedHash,
  wholeNumber,
} from './foreign-hash.js';

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const;

export type Pbkdf2Digest = keyof typeof digestBytes;

const phc = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=(\d+)(?:,l=\d+)?|(\d+))\$([^$]+)\$([^$]+)$/;
const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([^$]+)$/;

/**
 * `$pbkdf2-sha256$i=…$salt$digest`, passlib's form of it with a bare number (no digest named: SHA-1), and Django's
 * `pbkdf2_sha256$…$salt$digest`, whose salt is plain text.
 */
export const readPbkdf2: ForeignHashReader = (text) => {
  if (text.startsWith('$pbkdf2')) {
    const [, name = 'sha1', named, bare, salt, digest] = phc.exec(text) ?? [];
    return pbkdf2Hash(name as Pbkdf2Digest, wholeNumber(named ?? bare), fromBase64(salt), fromBase64(digest));
  }
  if (!text.startsWith('pbkdf2_')) return undefined;
  const [, name, iterations, salt, digest] = django.exec(text) ?? [];
  return pbkdf2Hash(name as Pbkdf2Digest, wholeNumber(iterations), Buffer.from(salt ?? ''), fromBase64(digest));
};

/** @throws AppError as `parseForeignHash` */
export function pbkdf2Hash(name: Pbkdf2Digest, iterations: number, salt: Buffer, digest: Buffer): ForeignHash {
  if (!Object.hasOwn(digestBytes, name)) throw malformedHash();
  assertSizes(salt, digest);
  const blocks = Math.ceil(digest.length / digestBytes[name]);
  if (iterations * blocks > bounds.pbkdf2Iterations) throw costlyHash('PBKDF2 iterations');
  return {
    text: `$pbkdf2-${name}$i=${iterations}$${toBase64(salt)}$${toBase64(digest)}`,
    matches: (password) =>
      new Promise((resolve, reject) => {
        pbkdf2(password, salt, iterations, digest.length, name, (error, derived) => {
          if (error) reject(error);
          else resolve(constantTimeEqual(derived, digest));
        });
      }),
  };
}
