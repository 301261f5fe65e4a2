import { scrypt } from 'node:crypto';
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

interface Parameters {
  /** log2 of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

const phc = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;
const django = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/;

/** `$scrypt$ln=…,r=…,p=…$salt$digest`, and Django's `scrypt$N$salt$r$p$digest`, whose salt is plain text. */
export const readScrypt: ForeignHashReader = (text) => {
  if (text.startsWith('$scrypt$')) {
    const [, ln, r, p, salt, digest] = phc.exec(text) ?? [];
    return scryptHash(
      { ln: wholeNumber(ln), r: wholeNumber(r), p: wholeNumber(p) },
      fromBase64(salt),
      fromBase64(digest),
    );
  }
  if (!text.startsWith('scrypt$')) return undefined;
  const [, cost, salt, r, p, digest] = django.exec(text) ?? [];
  const ln = Math.log2(wholeNumber(cost));
  if (!Number.isInteger(ln)) throw malformedHash();
  return scryptHash({ ln, r: wholeNumber(r), p: wholeNumber(p) }, Buffer.from(salt ?? ''), fromBase64(digest));
};

function scryptHash({ ln, r, p }: Parameters, salt: Buffer, digest: Buffer): ForeignHash {
  assertSizes(salt, digest);
  if (ln < 1) throw malformedHash();
  const memory = 128 * 2 ** ln * r;
  if (memory > bounds.scrypt.memoryBytes) throw costlyHash('scrypt memory');
  if (memory * p > bounds.scrypt.workBytes) throw costlyHash('scrypt work');
  // Node counts a little beside V itself.
  const options = { N: 2 ** ln, r, p, maxmem: memory + 128 * r * (p + 2) + 2 ** 20 };
  return {
    text: `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64(salt)}$${toBase64(digest)}`,
    matches: (password) =>
      new Promise((resolve, reject) => {
        scrypt(password, salt, digest.length, options, (error, derived) => {
          if (error) reject(error);
          else resolve(constantTimeEqual(derived, digest));
        });
      }),
  };
}
