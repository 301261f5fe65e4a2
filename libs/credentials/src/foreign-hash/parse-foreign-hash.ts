import { readArgon2 } from './argon2.js';
import { readBcrypt } from './bcrypt.js';
import { bounds, type ForeignHash, malformedHash, unknownHash } from './foreign-hash.js';
import { type KeycloakPassword, readKeycloak } from './keycloak.js';
import { readPbkdf2 } from './pbkdf2.js';
import { readSaltedSha } from './salted-sha.js';
import { readScrypt } from './scrypt.js';

const readers = [readArgon2, readBcrypt, readScrypt, readPbkdf2, readSaltedSha];

/**
 * Reads a password hash of another system. docs/import.md lists the kinds.
 * @throws AppError invalid `credentials.hash_unknown`, `credentials.hash_malformed`, `credentials.hash_too_costly`
 */
export function parseForeignHash(given: string | KeycloakPassword): ForeignHash {
  if (typeof given !== 'string') return readKeycloak(given);
  if (given.length > bounds.textLength) throw malformedHash();
  for (const read of readers) {
    const hash = read(given);
    if (hash) return hash;
  }
  throw unknownHash();
}
