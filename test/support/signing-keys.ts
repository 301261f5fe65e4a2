import type { Client } from 'pg';
import type { CryptoConfig } from '@app/config';
import { Envelopes } from '../../libs/crypto/src/envelopes.js';
import { newSigningKey } from '../../libs/tokens/src/signing-key.js';

const key = Buffer.alloc(32, 'some-key-of-tests');

/** ENCRYPTION_KEYS of the installations that journeys and faults start. */
export const encryptionKeys = `k1:${key.toString('base64')}`;

/**
 * Leaves a pair of signing keys in a template database, sealed by `encryptionKeys`. An RSA key takes half a second of
 * a core: too much for each of the hundreds of installations in a run.
 */
export async function keepSigningKeys(client: Client): Promise<void> {
  const envelopes = new Envelopes({ encryptionKeys: [{ kid: 'k1', key }] } as unknown as CryptoConfig);
  const made = await Promise.all([newSigningKey('ES256', envelopes), newSigningKey('RS256', envelopes)]);
  await client.query('CREATE TABLE testing.signing_keys (LIKE public.signing_keys INCLUDING DEFAULTS)');
  for (const { kid, algorithm, publicJwk, sealedPrivateKey } of made) {
    await client.query(
      `INSERT INTO testing.signing_keys (kid, algorithm, public_jwk, sealed_private_key, signs_from)
       VALUES ($1, $2, $3, $4, now())`,
      [kid, algorithm, publicJwk, sealedPrivateKey],
    );
  }
}

/** Gives an installation the kept keys, as if it had just made them. */
export async function adoptSigningKeys(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private_key, signs_from)
     SELECT kid, algorithm, public_jwk, sealed_private_key, app_now() FROM testing.signing_keys`,
  );
}
