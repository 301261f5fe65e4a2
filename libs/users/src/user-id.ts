import { randomBytes } from 'node:crypto';

declare const userId: unique symbol;

/** A user's 64-bit id as PostgreSQL writes it: decimal. People and protocols see it as proquints (`formatUserId`). */
export type UserId = string & { readonly [userId]: true };

const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';
const shape = new RegExp(
  `^(?:[${consonants}][${vowels}][${consonants}][${vowels}][${consonants}])(?:-(?:[${consonants}][${vowels}][${consonants}][${vowels}][${consonants}])){3}$`,
);

/** A random id, positive so that it fits a signed bigint. Whoever inserts it retries on collision. */
export function newUserId(): UserId {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString() as UserId;
}

/** The id as four proquints (arXiv 0901.4016), say `lusab-babad-gutih-tugad`: the public form and the OIDC `sub`. */
export function formatUserId(id: string): string {
  const bits = BigInt(id);
  return [48n, 32n, 16n, 0n].map((shift) => proquint(Number((bits >> shift) & 0xffffn))).join('-');
}

/** The opposite of formatUserId; undefined where the text is no id. */
export function parseUserId(text: string): UserId | undefined {
  if (!shape.test(text)) return undefined;
  const bits = text.split('-').reduce((sum, part) => (sum << 16n) | BigInt(proquintValue(part)), 0n);
  return bits >> 63n === 0n ? (bits.toString() as UserId) : undefined;
}

function proquint(value: number): string {
  const consonant = (shift: number): string => consonants.charAt((value >> shift) & 15);
  const vowel = (shift: number): string => vowels.charAt((value >> shift) & 3);
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}

function proquintValue(text: string): number {
  return [...text].reduce(
    (value, letter, at) =>
      at % 2 === 0 ? (value << 4) | consonants.indexOf(letter) : (value << 2) | vowels.indexOf(letter),
    0,
  );
}
