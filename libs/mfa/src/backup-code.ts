import { randomInt } from 'node:crypto';

/** Without i, l, o and u, as Crockford's base32: no two look alike. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const selectorLength = 4;
/** 60 bits. */
const secretLength = 12;
const length = selectorLength + secretLength;

/** A backup code in its two parts: one to find it by, one to prove it with. */
export interface BackupCodeParts {
  readonly selector: string;
  readonly secret: string;
}

/** So many new codes, no two with one selector. */
export function newBackupCodes(count: number): BackupCodeParts[] {
  const bySelector = new Map<string, BackupCodeParts>();
  while (bySelector.size < count) {
    const selector = randomText(selectorLength);
    bySelector.set(selector, { selector, secret: randomText(secretLength) });
  }
  return [...bySelector.values()];
}

/** As people read and type it: `4k2m-9xq1-...`, in groups of four. */
export function formatBackupCode({ selector, secret }: BackupCodeParts): string {
  return (selector + secret).match(/.{4}/g)?.join('-') ?? '';
}

/** Reads what somebody typed, in any case, with or without dashes, and with o, i and l for what they look like. */
export function parseBackupCode(typed: string): BackupCodeParts | undefined {
  const text = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  if (text.length !== length || [...text].some((sign) => !alphabet.includes(sign))) return undefined;
  return { selector: text.slice(0, selectorLength), secret: text.slice(selectorLength) };
}

function randomText(signs: number): string {
  return Array.from({ length: signs }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
