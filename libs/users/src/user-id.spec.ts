import { formatUserId, newUserId, parseUserId } from './user-id.js';

describe('user ids', () => {
  it('are written as four proquints', () => {
    expect(formatUserId(String(0x7f000001n))).toBe('babab-babab-lusab-babad');
  });

  it('survive being written and read', () => {
    for (let i = 0; i < 200; i += 1) {
      const id = newUserId();
      expect(parseUserId(formatUserId(id))).toBe(id);
    }
  });

  it('fit a signed 64-bit integer', () => {
    for (let i = 0; i < 200; i += 1) expect(BigInt(newUserId()) < 2n ** 63n).toBe(true);
  });

  it.each([
    '',
    '17',
    'lusab',
    'lusab-babad-gutih',
    'lusab-babad-gutih-tugaX',
    'LUSAB-BABAD-GUTIH-TUGAD',
    'zuzuz-zuzuz-zuzuz-zuzuz',
  ])('refuse %j', (text) => {
    expect(parseUserId(text)).toBeUndefined();
  });
});
