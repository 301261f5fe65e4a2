import { dictionary } from '@zxcvbn-ts/language-common';
import { AppError } from '@app/errors';

/** NIST SP 800-63B-4 3.1.1.1: 15 where the password is the only factor, 8 as one of two. */
export const minimumLength = { onlyFactor: 15, oneOfTwo: 8 } as const;
/** Long enough for any passphrase, short enough that normalising and hashing it cost nothing. */
export const maximumLength = 256;

const common = new Set<string>(dictionary['passwords-common']);
/** Letters that a password must have left once the words an attacker tries first are taken out. */
const remainder = 8;
const shortestContextWord = 4;

/**
 * Judges a new password: length, the blocklist, and words that belong to this account or product. No composition
 * rules and no expiry (ASVS 6.2.5, 6.2.10). Lengths count characters after NFC, as verification compares.
 * @param context user name, local part of the address, product name
 * @throws AppError invalid `credentials.password_too_short`, `…_too_long`, `…_too_common`, `…_guessable`
 */
export function assertAcceptable(
  password: string,
  context: readonly (string | null | undefined)[],
  minimum: number = minimumLength.onlyFactor,
): void {
  if (password.length > maximumLength * 4) throw refusal('too_long', `must have at most ${maximumLength} characters`);
  const normal = password.normalize('NFC');
  const length = [...normal].length;
  if (length > maximumLength) throw refusal('too_long', `must have at most ${maximumLength} characters`);
  if (length < minimum) throw refusal('too_short', `must have at least ${minimum} characters`);
  const folded = normal.toLowerCase();
  if (isCommon(folded)) throw refusal('too_common', 'is among the passwords that attackers try first');
  if (isMostlyContext(folded, context)) throw refusal('guessable', 'is built from the name of this account or product');
}

/** Also catches a common password made longer by repetition or by digits and signs around it. */
function isCommon(password: string): boolean {
  const repeated = /^(.{1,8}?)\1+$/su.exec(password)?.[1];
  const bare = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return common.has(password) || repeated !== undefined || common.has(bare) || isRun(password);
}

/** Up or down the alphabet or the digits, with at most three other steps: `abcdefghijklmno`, `098765432109876`. */
function isRun(password: string): boolean {
  const codes = [...password].map((letter) => letter.codePointAt(0) ?? 0);
  const breaks = codes.filter((code, at) => at > 0 && Math.abs(code - (codes[at - 1] ?? 0)) > 1);
  return breaks.length <= 3;
}

function isMostlyContext(password: string, context: readonly (string | null | undefined)[]): boolean {
  const words = context
    .map((word) => word?.normalize('NFC').toLowerCase() ?? '')
    .filter((word) => word.length >= shortestContextWord)
    .sort((a, b) => b.length - a.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), password);
  return rest !== password && [...rest].length < remainder;
}

/** @param what ends the code; @param detail ends the sentence */
export function refusal(what: string, detail: string): AppError {
  const code = `credentials.password_${what}`;
  return new AppError('invalid', code, `The password ${detail}.`, {
    faults: [{ field: 'password', code, detail }],
  });
}
