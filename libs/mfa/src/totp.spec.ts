import { matchingStep, newTotpSecret, totpCode, totpKey } from './totp.js';

/** The secret of RFC 6238, appendix B. */
const secret = Buffer.from('12345678901234567890');

describe('totp', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('gives the code of RFC 6238, appendix B, at %i', (seconds, code) => {
    expect(totpCode(secret, Math.floor(seconds / 30))).toBe(code);
  });

  it('takes the code of the current step and of those beside it', () => {
    for (const [step, expected] of [
      [99, 99],
      [100, 100],
      [101, 101],
      [98, undefined],
      [102, undefined],
    ] as const) {
      expect([step, matchingStep(secret, totpCode(secret, step), 100, 0)]).toEqual([step, expected]);
    }
  });

  it('takes no code of a step that was used, or of one before it', () => {
    expect(matchingStep(secret, totpCode(secret, 100), 100, 100)).toBeUndefined();
    expect(matchingStep(secret, totpCode(secret, 99), 100, 100)).toBeUndefined();
    expect(matchingStep(secret, totpCode(secret, 101), 100, 100)).toBe(101);
  });

  it('takes a code as apps show it, in two groups', () => {
    const code = totpCode(secret, 100);
    expect(matchingStep(secret, ` ${code.slice(0, 3)} ${code.slice(3)}`, 100, 0)).toBe(100);
  });

  it.each(['', '1', '1234567', 'abcdef', '١٢٣٤٥٦', '0x1234'])('refuses %j', (typed) => {
    expect(matchingStep(secret, typed, 100, 0)).toBeUndefined();
  });

  it('makes secrets of 160 bits, each another', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    expect(secrets.every(({ length }) => length === 20)).toBe(true);
    expect(new Set(secrets.map((one) => one.toString('hex'))).size).toBe(50);
  });

  it('names issuer and account in the URI, whatever signs they have', () => {
    const { uri, secret: base32 } = totpKey(secret, 'Acme & Co: accounts', 'ada+x@example.test');
    const { protocol, host, pathname, searchParams } = new URL(uri);
    expect([protocol, host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(pathname)).toBe('/Acme & Co: accounts:ada+x@example.test');
    expect(searchParams.get('issuer')).toBe('Acme & Co: accounts');
    expect(searchParams.get('secret')).toBe(base32);
    expect(base32).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});
