import { hash as argon2 } from '@node-rs/argon2';
import { bounds } from './foreign-hash.js';
import { parseForeignHash } from './parse-foreign-hash.js';

/** [kind, password, hash as the other system has it, where it was published] */
const published: readonly (readonly [string, string, string, string])[] = [
  [
    'argon2i of the first version',
    'password',
    '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
    'phc-winner-argon2 src/test.c',
  ],
  [
    'argon2i',
    'password',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
    'phc-winner-argon2 src/test.c',
  ],
  [
    'argon2id',
    'password',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    'phc-winner-argon2 src/test.c',
  ],
  ['bcrypt 2a', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'openwall crypt_blowfish'],
  ['bcrypt 2y', 'U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'openwall crypt_blowfish'],
  ['bcrypt 2b', 'U*U*', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'openwall crypt_blowfish'],
  [
    'scrypt',
    'pleaseletmein',
    '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
    'RFC 7914, section 12',
  ],
  [
    "Django's scrypt",
    'lètmein',
    'scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==',
    'django tests/auth_tests/test_hashers.py',
  ],
  [
    "Django's PBKDF2",
    'lètmein',
    'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=',
    'django tests/auth_tests/test_hashers.py',
  ],
  [
    "passlib's PBKDF2",
    'password',
    '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
    'passlib docs, passlib.hash.pbkdf2_digest',
  ],
  ['SSHA', 'secret', '{SSHA}0H+zTv8o4MR4H43n03eCsvw1luG8LdB7', 'passlib tests/test_handlers.py'],
  [
    'SSHA of 256 bits',
    'password',
    '{SSHA256}x1tymSTVjozxQ2PtT46ysrzhZxbcskK0o2f8hEFx7fAQQmhtDSEkJA==',
    'passlib tests/test_handlers.py',
  ],
  [
    'SSHA of 512 bits, in small letters',
    'password',
    '{ssha512}dOeDLmVpHJThhHeag10Hm2g4T7s3SBE6rGHcXUolXJHVufY4qT782rwZ/0XE6cuLcBZ0KpnwmUzRpAEtZBdv+JYEEtZQs/uC',
    'uffd tests of password_hash.py',
  ],
];

const matches = (given: string, password: string): Promise<boolean> =>
  parseForeignHash(given).matches(Buffer.from(password));

describe('a password hash of another system', () => {
  it.each(published)('is compared as its kind is: %s', async (_kind, password, given) => {
    expect(await matches(given, password)).toBe(true);
    expect(await matches(given, `${password} `)).toBe(false);
    expect(await matches(given, '')).toBe(false);
  });

  it.each(published)('has a form that means the same when read again: %s', async (_kind, password, given) => {
    const { text } = parseForeignHash(given);
    expect(parseForeignHash(text).text).toBe(text);
    expect(await matches(text, password)).toBe(true);
  });

  it('is taken of argon2d too', async () => {
    const given = await argon2('hollow lantern', { algorithm: 0, memoryCost: 64, timeCost: 2, parallelism: 2 });
    expect(given).toMatch(/^\$argon2d\$/);
    expect(await matches(given, 'hollow lantern')).toBe(true);
    expect(await matches(given, 'hollow Lantern')).toBe(false);
  });

  it("is taken with the family's name that Django puts before argon2 and bcrypt", async () => {
    const django = 'bcrypt$$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';
    expect(await matches(django, 'U*U*')).toBe(true);
    const argon2id = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(parseForeignHash(`argon2${argon2id}`).text).toBe(argon2id);
  });

  it('counts the first 72 bytes of a password for bcrypt, as the systems that made it did', async () => {
    // openwall crypt_blowfish: the test vector of 72 bytes and more.
    const given = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
    const long = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored';
    expect(await matches(given, long)).toBe(true);
    expect(await matches(given, long.slice(0, 72))).toBe(true);
    expect(await matches(given, long.slice(0, 71))).toBe(false);
  });

  const keycloak = {
    // A realm export of Keycloak 11 in solo.io's public workshops.
    pbkdf2: {
      secretData:
        '{"value":"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=","salt":"P5rtFkGtPfoaryJ6PizUJw==","additionalParameters":{}}',
      credentialData: '{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
    },
    // The forms of Keycloak 23 and 24, made with Python's hashlib.
    pbkdf2Long: {
      secretData: {
        value: 'SAMS7Gh1OYxrCplSQzwCbNqA2PMQ7LDLHxUPoe0A0dbBrNGntsrsDJ2OK07LTeVDNYwg3RXmHNgEzOSWJUAShw==',
        salt: 'AAECAwQFBgcICQoLDA0ODw==',
      },
      credentialData: { hashIterations: 27500, algorithm: 'pbkdf2-sha256' },
    },
    pbkdf2Sha512: {
      secretData: {
        value: '3pU/YO3OM73vB9STUMiUqNMGMTq3ybCbNPmhYsN2zyJ/VBd5BK/80WjnkCfSgASD0LH7eocvuduiHcSFvTJbzA==',
        salt: 'AAECAwQFBgcICQoLDA0ODw==',
      },
      credentialData: { hashIterations: 210000, algorithm: 'pbkdf2-sha512' },
    },
  };

  it.each([
    [keycloak.pbkdf2, 'password'],
    [keycloak.pbkdf2Long, 'violet harbour lantern'],
    [keycloak.pbkdf2Sha512, 'violet harbour lantern'],
  ])('is read from the credential that Keycloak exports: %j', async (given, password) => {
    const { text } = parseForeignHash(given);
    expect(await matches(text, password)).toBe(true);
    expect(await matches(text, `${password}s`)).toBe(false);
  });

  it("is read from Keycloak's argon2, its default since version 25", () => {
    const parameters = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };
    const { text } = parseForeignHash({
      secretData: '{"value":"G/V3ye8ifqt0FVNOku1zKxPbuBACsDKWlrDM/bKZ0yA=","salt":"3RUis2NC1ADi7ZoYXcfs5A=="}',
      credentialData: { hashIterations: 5, algorithm: 'argon2', additionalParameters: parameters },
    });
    expect(text).toBe(
      '$argon2id$v=19$m=7168,t=5,p=1$3RUis2NC1ADi7ZoYXcfs5A$G/V3ye8ifqt0FVNOku1zKxPbuBACsDKWlrDM/bKZ0yA',
    );
  });

  it.each([
    'hunter2',
    '',
    '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/',
    '$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/',
    '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
    '{CRYPT}$6$saltsalt$x',
    'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3',
    '!kCaUnUsableDjangoPassword',
    '5f4dcc3b5aa765d61d8327deb882cf99',
  ])('of no kind known here is refused: %j', (given) => {
    expect(() => parseForeignHash(given)).toThrow('credentials.hash_unknown');
  });

  it.each([
    // Cut off, lengthened, with letters that base64 lacks, without parameters, with parameters out of order.
    ...published.flatMap(([, , given]) => [`${given}!`, given.slice(0, given.length / 2), ` ${given}`.slice(1) + '$x']),
    '$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA',
    '$2b$03$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK',
    'scrypt$16383$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==',
    'pbkdf2_sha256$-5$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=',
    'pbkdf2_sha256$1e5$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=',
    'pbkdf2_sha256$$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=',
    '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
    `$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$${'A'.repeat(bounds.textLength)}`,
  ])('that is mangled is refused, or is no match: %j', async (given) => {
    let refused: unknown;
    let matched: boolean | undefined;
    try {
      matched = await matches(given, 'password');
    } catch (error) {
      refused = error;
    }
    expect(matched ?? refused).toEqual(
      refused === undefined
        ? false
        : expect.objectContaining({ code: expect.stringMatching(/hash_(malformed|unknown)$/) }),
    );
  });

  it.each([
    { credentialData: '{', secretData: '{}' },
    { credentialData: null, secretData: undefined },
    { credentialData: { algorithm: 'pbkdf2-sha256', hashIterations: 1 }, secretData: { value: 'AAAA', salt: 'AAAA' } },
    { ...keycloak.pbkdf2, credentialData: { algorithm: 'constructor', hashIterations: 1 } },
    { ...keycloak.pbkdf2, credentialData: { algorithm: 'argon2', hashIterations: 1 } },
    { ...keycloak.pbkdf2, credentialData: { algorithm: 'pbkdf2-sha256', hashIterations: '1.5' } },
  ])('that Keycloak would not write is refused: %j', (given) => {
    expect(() => parseForeignHash(given)).toThrow(/credentials\.hash_(malformed|unknown)/);
  });

  const salt = 'c29tZXNhbHRzb21lc2FsdA';
  const digest = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  const crypt53 = 'CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';

  it.each([
    ['bcrypt', `$2b$14$${crypt53}`, `$2b$15$${crypt53}`],
    [
      'argon2 memory',
      `$argon2id$v=19$m=262144,t=1,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${digest}`,
    ],
    [
      'argon2 passes',
      `$argon2id$v=19$m=64,t=10,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=64,t=11,p=1$${salt}$${digest}`,
    ],
    [
      'argon2 lanes',
      `$argon2i$v=19$m=256,t=1,p=16$${salt}$${digest}`,
      `$argon2i$v=19$m=256,t=1,p=17$${salt}$${digest}`,
    ],
    ['PBKDF2', `$pbkdf2-sha256$i=2000000$${salt}$${digest}`, `$pbkdf2-sha256$i=2000001$${salt}$${digest}`],
    ['PBKDF2 of two blocks', `$pbkdf2$1000000$${salt}$${digest}`, `$pbkdf2$1000001$${salt}$${digest}`],
    ['scrypt memory', `$scrypt$ln=18,r=8,p=1$${salt}$${digest}`, `$scrypt$ln=18,r=9,p=1$${salt}$${digest}`],
    ['scrypt work', `$scrypt$ln=18,r=8,p=4$${salt}$${digest}`, `$scrypt$ln=18,r=8,p=5$${salt}$${digest}`],
    ['scrypt of any size', `$scrypt$ln=1,r=1,p=1$${salt}$${digest}`, `$scrypt$ln=9999999999,r=1,p=1$${salt}$${digest}`],
  ])('is taken up to the bound of its cost, and refused past it: %s', (_kind, affordable, costly) => {
    expect(() => parseForeignHash(affordable)).not.toThrow();
    expect(() => parseForeignHash(costly)).toThrow('credentials.hash_too_costly');
  });
});
