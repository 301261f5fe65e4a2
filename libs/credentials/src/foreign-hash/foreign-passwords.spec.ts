import type { CryptoConfig } from '@app/config';
import { PasswordHasher } from '@app/crypto';
import { ForeignPasswords, isForeign, storedForeign, withoutMark } from './foreign-passwords.js';

const hasher = (queueLimit = 64): PasswordHasher =>
  new PasswordHasher({
    argon2: { memoryKib: 64, timeCost: 1 },
    hashThreads: 1,
    hashQueueLimit: queueLimit,
  } as unknown as CryptoConfig);

// 'café' of a composed é, and of a decomposed one, made with Python's hashlib.
const composed = 'pbkdf2_sha256$1000$seasalt$YmHjLPk97D05jH1HTdnipqUCkw7I+R12S+4SmPgr6Mw=';
const decomposed = 'pbkdf2_sha256$1000$seasalt$U9vql0UGovZ4kxk176T3aUkhnmD005c5nqbwcJZtXpc=';

describe('passwords that other systems hashed', () => {
  const foreign = new ForeignPasswords(hasher());

  it('are told from our own by a mark that goes with them nowhere else', async () => {
    const own = await hasher().hash('hollow lantern meadow');
    const stored = storedForeign(own);
    expect([isForeign(own), isForeign(stored)]).toEqual([false, true]);
    expect([withoutMark(own), withoutMark(stored)]).toEqual([own, own]);
    expect(await foreign.verify(stored, 'hollow lantern meadow')).toBe(true);
  });

  it('are compared as typed, and composed where that is another form', async () => {
    expect(await foreign.verify(storedForeign(decomposed), 'cafe\u0301')).toBe(true);
    expect(await foreign.verify(storedForeign(decomposed), 'caf\u00e9')).toBe(false);
    expect(await foreign.verify(storedForeign(composed), 'caf\u00e9')).toBe(true);
    expect(await foreign.verify(storedForeign(composed), 'cafe\u0301')).toBe(true);
  });

  it('are not compared where a comparison would cost more than it may', async () => {
    const costly = 'foreign:$2b$31$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';
    expect(await foreign.verify(costly, 'U*U*')).toBe(false);
    expect(await foreign.verify('foreign:what is this?', 'U*U*')).toBe(false);
  });

  it('are compared on the pool that bounds our own hashing', async () => {
    const own = hasher(1);
    const crowded = new ForeignPasswords(own);
    const stored = storedForeign(composed);
    const answers = await Promise.allSettled([
      own.hash('hollow lantern meadow'),
      crowded.verify(stored, 'café'),
      crowded.verify(stored, 'café'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(answers[2]).toMatchObject({ reason: { code: 'crypto.hashing_overloaded' } });
  });
});
