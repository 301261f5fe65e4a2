import { AppError } from '@app/errors';

/** A password hash that another system made, read and found affordable. */
export interface ForeignHash {
  /** The one form in which this hash is written, however the other system spelt it. */
  readonly text: string;
  /** Compares in constant time, or in that of the hash itself. Costs what the hash's parameters say. */
  matches(password: Buffer): Promise<boolean>;
}

/** Reads one family of hashes; undefined where the text is of another. @throws AppError as `parseForeignHash` */
export type ForeignHashReader = (text: string) => ForeignHash | undefined;

/**
 * What one comparison may cost at most. A hash is somebody else's input: without bounds, one line of an import could
 * make every later sign-in of its account a denial of service.
 */
export const bounds = {
  bcryptCost: 14,
  argon2: { memoryKib: 256 * 1024, timeCost: 10, parallelism: 16 },
  /** Over all blocks of the derived key: each costs as much as the first. */
  pbkdf2Iterations: 2_000_000,
  /** scrypt's 128·N·r; and the same times p, which is its time. */
  scrypt: { memoryBytes: 256 * 2 ** 20, workBytes: 2 ** 30 },
  salt: { from: 1, to: 256 },
  /** Below 128 bits a digest would be met by chance too soon. */
  digest: { from: 16, to: 128 },
  textLength: 1024,
} as const;

/** No kind that is known here: MD5, crypt(3), an unsalted digest, or a plain password. */
export const unknownHash = (): AppError =>
  new AppError('invalid', 'credentials.hash_unknown', 'The password hash is of no kind that can be imported.');

export const malformedHash = (): AppError =>
  new AppError('invalid', 'credentials.hash_malformed', 'The password hash is not written as its kind is.');

export const costlyHash = (what: string): AppError =>
  new AppError('invalid', 'credentials.hash_too_costly', `The password hash costs too much to compare: ${what}.`);

/** A whole number in decimal, without sign or leading zeros, as every kind writes its parameters. */
export function wholeNumber(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) throw malformedHash();
  return Number(text);
}

export function assertSizes(salt: Buffer, digest: Buffer): void {
  const fits = ({ length }: Buffer, { from, to }: { from: number; to: number }): boolean =>
    length >= from && length <= to;
  if (!fits(salt, bounds.salt) || !fits(digest, bounds.digest)) throw malformedHash();
}
