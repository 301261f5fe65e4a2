import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, so that nothing looks like something else or spells a word. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 40 random bits as eight letters and digits. */
export function newMagicCode(): string {
  return [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** As people read and type it: in two halves. */
export const shownMagicCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The code that somebody typed, however they grouped it and whatever they took for a digit; undefined: it is none. */
export function typedMagicCode(typed: string): string | undefined {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code) ? code : undefined;
}
