import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Envelopes, sha256 } from '@app/crypto';
import type { SealedSigningKey, SigningAlgorithm, SigningKeyRow } from './signing-keys.repository.js';

/** ASVS 11.2.3: 128 bits of strength. */
const rsaBits = 3072;
const generate = promisify(generateKeyPair);

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicJwk: JsonWebKey;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly signsFrom: number;
  readonly retiresAt: number | null;
}

/** A new key, its private part sealed to its own `kid`. An RSA key takes some 500 ms of a core. */
export async function newSigningKey(algorithm: SigningAlgorithm, envelopes: Envelopes): Promise<SealedSigningKey> {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: rsaBits });
  const publicJwk = publicKey.export({ format: 'jwk' });
  const kid = thumbprint(publicJwk);
  const sealedPrivateKey = envelopes.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), context(kid));
  return { kid, algorithm, publicJwk, sealedPrivateKey };
}

/** @throws AppError internal, those of Envelopes.open */
export function openSigningKey(row: SigningKeyRow, envelopes: Envelopes): SigningKey {
  const der = envelopes.open(row.sealedPrivateKey, context(row.kid));
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: row.publicJwk,
    publicKey: createPublicKey({ key: row.publicJwk, format: 'jwk' }),
    privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    signsFrom: row.signsFrom,
    retiresAt: row.retiresAt,
  };
}

const context = (kid: string): string => `signing_key:${kid}`;

/** RFC 7638 section 3. */
function thumbprint(jwk: JsonWebKey): string {
  const { crv, e, kty, n, x, y } = jwk;
  const required = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return sha256(JSON.stringify(required)).toString('base64url');
}
