import { assertMailAddress } from './mail-address.js';

describe('an address to write to', () => {
  it.each(['ann@example.test', "o'neill+tag@example.test", 'jörg@bücher.example', 'a@localhost'])(
    'may be %s',
    (address) => {
      expect(() => assertMailAddress(address)).not.toThrow();
    },
  );

  it.each([
    '',
    'ann',
    '@example.test',
    'ann@',
    'a@example.test\r\nBcc: b@example.test',
    'a@example.test,b@example.test',
    '<a@example.test>',
    'a b@example.test',
    'a@example.test\u2028',
    `${'a'.repeat(250)}@example.test`,
  ])('may not be %j', (address) => {
    expect(() => assertMailAddress(address)).toThrow(expect.objectContaining({ code: 'email.recipient_malformed' }));
  });
});
