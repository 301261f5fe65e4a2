import { hash, randomBytes } from 'node:crypto';

/** 256 random bits as 43 characters of base64url: every token, secret and reference is made here. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** True where the text can have come from randomToken(); cheap enough to ask before any query. */
export function isRandomToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** How random tokens are stored. Enough for 256 random bits; never for anything a person chose. */
export function sha256(value: string | Buffer): Buffer {
  return hash('sha256', value, 'buffer');
}
