import { isAmong } from './breach-range.js';

const suffix = '1E4C9B93F3F0682250B6CF8331B7EE68FD8';
const other = '0018A45C4D1DEF81644B54AB7F969B88D65';

describe('an answer of the range API', () => {
  it('names the rest of the hash, in either case and with either line end', () => {
    expect(isAmong(suffix, `${other}:1\r\n${suffix}:3\r\n`)).toBe(true);
    expect(isAmong(suffix, `${suffix.toLowerCase()}:3\n`)).toBe(true);
  });

  it('does not name it', () => {
    expect(isAmong(suffix, `${other}:1\r\n`)).toBe(false);
  });

  it('pads with rows that were never seen: they do not count', () => {
    expect(isAmong(suffix, `${suffix}:0\r\n${other}:1`)).toBe(false);
  });

  it.each([
    '',
    '<html>Bad gateway</html>',
    `${suffix}`,
    `${suffix}:`,
    `${suffix}:-1`,
    `${other}:1\r\nand more`,
    '{"error":1}',
  ])('is not %j', (answer) => {
    expect(() => isAmong(suffix, answer)).toThrow('answer');
  });
});
