import { readArgon2 } from './argon2.js';
import { fromBase64, toBase64 } from './base64.js';
import { type ForeignHash, malformedHash, unknownHash, wholeNumber } from './foreign-hash.js';
import { pbkdf2Hash, type Pbkdf2Digest } from './pbkdf2.js';

/** A password credential of Keycloak's realm export: each member an object, or JSON in a string as it writes them. */
export interface KeycloakPassword {
  readonly credentialData: unknown;
  readonly secretData: unknown;
}

const digests: Readonly<Record<string, Pbkdf2Digest>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/** Keycloak's PBKDF2, its default until version 24, and argon2, its default since. @throws as `parseForeignHash` */
export function readKeycloak({ credentialData, secretData }: KeycloakPassword): ForeignHash {
  const { algorithm, hashIterations, additionalParameters } = objectOf(credentialData);
  const { value, salt } = objectOf(secretData);
  const [digestBytes, saltBytes] = [fromBase64(textOf(value)), fromBase64(textOf(salt))];
  const iterations = wholeNumber(textOf(hashIterations));
  if (algorithm === 'argon2') {
    const one = (name: string): string => textOf([objectOf(additionalParameters)[name]].flat()[0]);
    const version = one('version') === '1.0' ? 16 : 19;
    const parameters = `v=${version}$m=${one('memory')},t=${iterations},p=${one('parallelism')}`;
    const hash = readArgon2(`$argon2${one('type')}$${parameters}$${toBase64(saltBytes)}$${toBase64(digestBytes)}`);
    if (hash) return hash;
  }
  const digest = typeof algorithm === 'string' && Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
  if (digest === undefined) throw unknownHash();
  return pbkdf2Hash(digest, iterations, saltBytes, digestBytes);
}

function objectOf(value: unknown): Record<string, unknown> {
  const parsed = typeof value === 'string' ? parsedJson(value) : value;
  if (typeof parsed !== 'object' || parsed === null) throw malformedHash();
  return parsed as Record<string, unknown>;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedHash();
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw malformedHash();
  return value;
}
