import type { CryptoConfig } from '@app/config';
import { PasswordHasher } from './password-hasher.js';

function hasher(memoryKib = 64, queueLimit = 64): PasswordHasher {
  return new PasswordHasher({
    argon2: { memoryKib, timeCost: 2 },
    hashThreads: 1,
    hashQueueLimit: queueLimit,
  } as unknown as CryptoConfig);
}

describe('PasswordHasher', () => {
  it('stores an argon2id PHC string with its parameters', async () => {
    expect(await hasher().hash('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$/);
  });

  it('tells right from wrong, exactly as typed', async () => {
    const h = hasher();
    const stored = await h.hash('Correct horse battery ');
    expect(await h.verify(stored, 'Correct horse battery ')).toEqual({ valid: true, outdated: false });
    expect((await h.verify(stored, 'Correct horse battery')).valid).toBe(false);
    expect((await h.verify(stored, 'correct horse battery ')).valid).toBe(false);
  });

  it('takes composed and decomposed letters for the same', async () => {
    const h = hasher();
    const stored = await h.hash('caf\u00e9 caf\u00e9 caf\u00e9');
    expect((await h.verify(stored, 'cafe\u0301 cafe\u0301 cafe\u0301')).valid).toBe(true);
  });

  it('calls a hash of other parameters outdated', async () => {
    const stored = await hasher(64).hash('correct horse battery');
    expect(await hasher(128).verify(stored, 'correct horse battery')).toEqual({ valid: true, outdated: true });
  });

  it('says invalid where there is no hash, whatever the password', async () => {
    expect((await hasher().verify(undefined, 'anything at all')).valid).toBe(false);
  });

  it('refuses with a time to come back when too many wait', async () => {
    const h = hasher(64, 1);
    const results = await Promise.allSettled([h.hash('one'), h.hash('two'), h.hash('three')]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: 'crypto.hashing_overloaded', kind: 'unavailable', retryAfter: 2 });
  });
});
