import { emailKey, parseEmail } from './email-address.js';

describe('e-mail addresses', () => {
  it('are compared without regard to case', () => {
    expect(emailKey('Ada@Example.ORG')).toBe(emailKey('ada@example.org'));
  });

  it('keep the case of the local part as typed', () => {
    expect(parseEmail('Ada.L@Example.ORG').address).toBe('Ada.L@example.org');
  });

  it('take a domain in Unicode and in ASCII for the same', () => {
    expect(emailKey('ada@bücher.example')).toBe('ada@xn--bcher-kva.example');
    expect(emailKey('ada@xn--bcher-kva.example')).toBe('ada@xn--bcher-kva.example');
  });

  it('take compatibility forms for the same', () => {
    expect(emailKey('ａｄａ@example.org')).toBe('ada@example.org');
  });

  it.each([
    '',
    'ada',
    '@example.org',
    'ada@',
    'a b@example.org',
    'ada@exa mple.org',
    'ada@example.org\r\nBcc: x@y.z',
    `${'a'.repeat(320)}@example.org`,
  ])('refuse %j', (text) => {
    expect(() => parseEmail(text)).toThrow('users.email_invalid');
  });
});
