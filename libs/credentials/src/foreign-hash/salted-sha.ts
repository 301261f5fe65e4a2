import { createHash } from 'node:crypto';
import { constantTimeEqual } from '@app/crypto';
import { fromBase64 } from './base64.js';
import { assertSizes, type ForeignHashReader, malformedHash } from './foreign-hash.js';

const schemes = {
  SSHA: { name: 'sha1', bytes: 20 },
  SSHA256: { name: 'sha256', bytes: 32 },
  SSHA512: { name: 'sha512', bytes: 64 },
} as const;

/** LDAP's `{SSHA}`: base64 of the digest of password and salt, then the salt (RFC 2307's scheme with a salt). */
export const readSaltedSha: ForeignHashReader = (text) => {
  const [, written, value] = /^\{(SSHA(?:256|512)?)\}(.*)$/i.exec(text) ?? [];
  if (written === undefined) return undefined;
  const scheme = written.toUpperCase() as keyof typeof schemes;
  const { name, bytes } = schemes[scheme];
  const whole = fromBase64(value);
  const [digest, salt] = [whole.subarray(0, bytes), whole.subarray(bytes)];
  if (digest.length < bytes) throw malformedHash();
  assertSizes(salt, digest);
  return {
    text: `{${scheme}}${whole.toString('base64')}`,
    matches: async (password) =>
      Promise.resolve(constantTimeEqual(createHash(name).update(password).update(salt).digest(), digest)),
  };
};
