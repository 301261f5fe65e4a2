import { formatBackupCode, newBackupCodes, parseBackupCode } from './backup-code.js';

describe('a backup code', () => {
  it('has a secret part of 60 bits, and a selector that no other of its set has', () => {
    const codes = newBackupCodes(200);
    expect(new Set(codes.map(({ selector }) => selector)).size).toBe(200);
    for (const { selector, secret } of codes) {
      expect(selector).toMatch(/^[0-9a-hjkmnp-tv-z]{4}$/);
      expect(secret).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    }
    const signs = new Set(codes.flatMap(({ secret }) => [...secret]));
    expect(signs.size).toBe(32);
  });

  it('is read back from how it is shown, and from how people type it', () => {
    const code = { selector: '0a1b', secret: 'c2d3e4f5g6h7' };
    expect(formatBackupCode(code)).toBe('0a1b-c2d3-e4f5-g6h7');
    for (const typed of ['0a1b-c2d3-e4f5-g6h7', ' 0A1B C2D3 E4F5 G6H7 ', 'oaIbc2d3e4f5g6h7', 'OAlB-c2d3-e4f5-g6h7']) {
      expect(parseBackupCode(typed)).toEqual(code);
    }
  });

  it.each(['', '0a1b', '0a1b-c2d3-e4f5-g6h', '0a1b-c2d3-e4f5-g6h77', '0a1b-c2d3-e4f5-g6hu', '0a1b-c2d3-e4f5-g6hé'])(
    'is not %j',
    (typed) => {
      expect(parseBackupCode(typed)).toBeUndefined();
    },
  );
});
