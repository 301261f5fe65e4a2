import { randomBytes } from 'node:crypto';
import type { CryptoConfig, EncryptionKey } from '@app/config';
import { Envelopes } from './envelopes.js';

const k1 = { kid: 'k1', key: randomBytes(32) };
const k2 = { kid: 'k2', key: randomBytes(32) };
const secret = Buffer.from('a secret');

function envelopes(...encryptionKeys: [EncryptionKey, ...EncryptionKey[]]): Envelopes {
  return new Envelopes({ encryptionKeys } as unknown as CryptoConfig);
}

describe('Envelopes', () => {
  it('opens what it sealed, in the same context', () => {
    const e = envelopes(k1);
    expect(e.open(e.seal(secret, 'mail:1'), 'mail:1')).toEqual(secret);
  });

  it('refuses a value moved to another context', () => {
    const e = envelopes(k1);
    expect(() => e.open(e.seal(secret, 'mail:1'), 'mail:2')).toThrow('crypto.envelope_corrupt');
  });

  it('refuses a value whose bytes were changed', () => {
    const e = envelopes(k1);
    const sealed = e.seal(secret, 'mail:1');
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => e.open(sealed, 'mail:1')).toThrow('crypto.envelope_corrupt');
  });

  it('seals under the first key and opens under any that is configured', () => {
    const before = envelopes(k1).seal(secret, 'x');
    const rotated = envelopes(k2, k1);
    expect(rotated.open(before, 'x')).toEqual(secret);
    expect(rotated.keyIdOf(rotated.seal(secret, 'x'))).toBe('k2');
  });

  it('names the key that is missing', () => {
    const sealed = envelopes(k1).seal(secret, 'x');
    expect(() => envelopes(k2).open(sealed, 'x')).toThrow('lacks the key k1');
  });
});
