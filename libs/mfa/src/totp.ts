import { HOTP, Secret, TOTP } from 'otpauth';
import { constantTimeEqual } from '@app/crypto';

/** RFC 6238 as every authenticator app knows it; many ignore other values in the URI. */
export const totpPeriod = 30;
const digits = 6;
const algorithm = 'SHA1';
/** RFC 4226 section 4 recommends 160 bits. */
const secretBytes = 20;
/** Steps that a phone's clock may be wrong by, before and after. */
const window = 1;

/** What an authenticator app needs to know. */
export interface TotpEnrolmentKey {
  /** Base32, for who types it. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
}

export function newTotpSecret(): Buffer {
  return Buffer.from(new Secret({ size: secretBytes }).bytes);
}

/** In base32, as apps take it and other systems keep it. */
export const formatTotpSecret = (secret: Buffer): string => secretOf(secret).base32;

/** @returns undefined where it is no base32, or of fewer than the 128 bits that RFC 4226 asks for (section 4, R6). */
export function parseTotpSecret(base32: string): Buffer | undefined {
  if (!/^[A-Z2-7]+=*$/i.test(base32)) return undefined;
  const secret = Buffer.from(Secret.fromBase32(base32).bytes);
  return secret.length >= 16 && secret.length <= 128 ? secret : undefined;
}

/** @param issuer the product; @param label whose account it is */
export function totpKey(secret: Buffer, issuer: string, label: string): TotpEnrolmentKey {
  const totp = new TOTP({ issuer, label, algorithm, digits, period: totpPeriod, secret: secretOf(secret) });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The code of a time step. */
export function totpCode(secret: Buffer, step: number): string {
  return HOTP.generate({ secret: secretOf(secret), algorithm, digits, counter: step });
}

/**
 * The step that a code belongs to: the current one, or one beside it.
 * @param after the last step that was used; it and those before are over
 */
export function matchingStep(secret: Buffer, typed: string, current: number, after: number): number | undefined {
  const code = Buffer.from(typed.replace(/\s/g, ''));
  let found: number | undefined;
  for (let step = current - window; step <= current + window; step += 1) {
    const right = constantTimeEqual(Buffer.from(totpCode(secret, step)), code);
    if (right && step > after) found ??= step;
  }
  return found;
}

function secretOf(secret: Buffer): Secret {
  return new Secret({ buffer: new Uint8Array(secret).buffer });
}
