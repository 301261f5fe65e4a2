import { newMagicCode, shownMagicCode, typedMagicCode } from './magic-link-code.js';

describe('the code of a sign-in by mail', () => {
  it('has eight letters and digits that are not mistaken for each other, and is never twice the same', () => {
    const codes = Array.from({ length: 2000 }, newMagicCode);
    for (const code of codes) expect(code).toMatch(/^[0-9ABCDEFGHJKMNPQRSTVWXYZ]{8}$/);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('uses every sign about as often as any other', () => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 4000; at += 1)
      for (const sign of newMagicCode()) counts.set(sign, (counts.get(sign) ?? 0) + 1);
    expect(counts.size).toBe(32);
    for (const count of counts.values()) expect(count).toBeGreaterThan(700);
  });

  it('is taken as the mail shows it, and as people type it', () => {
    const code = newMagicCode();
    expect(typedMagicCode(shownMagicCode(code))).toBe(code);
    expect(typedMagicCode(' abcd\u2013efgh ')).toBe('ABCDEFGH');
    expect(typedMagicCode('o1il 2345')).toBe('01112345');
  });

  it.each(['', '1234567', '123456789', 'UUUUUUUU', '1234567!', '"; DROP'])('is not %j', (typed) => {
    expect(typedMagicCode(typed)).toBeUndefined();
  });
});
