import { assertAcceptable, minimumLength } from './password-policy.js';

const accept = (password: string, context: string[] = [], minimum?: number): void =>
  assertAcceptable(password, context, minimum);

describe('the password policy', () => {
  it('asks for 15 characters where the password is the only factor, and for 8 as one of two', () => {
    expect(() => accept('plum vexing 42')).toThrow('credentials.password_too_short');
    expect(() => accept('plum vexing 421')).not.toThrow();
    expect(() => accept('plumvex4', [], minimumLength.oneOfTwo)).not.toThrow();
  });

  it('takes 256 characters and refuses more, however long', () => {
    const phrase = 'the quick brown fox jumps over the lazy dog and then some more '.repeat(5);
    expect(() => accept(phrase.slice(0, 256))).not.toThrow();
    expect(() => accept(phrase.slice(0, 257))).toThrow('credentials.password_too_long');
    expect(() => accept('x'.repeat(10_000))).toThrow('credentials.password_too_long');
  });

  it('counts characters, not code units', () => {
    expect(() => accept('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤')).toThrow('credentials.password_too_short');
    expect(() => accept('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆')).not.toThrow();
  });

  it('asks for no digits, signs or capitals', () => {
    expect(() => accept('hollow lantern meadow')).not.toThrow();
  });

  it.each([
    'passwordpassword',
    'PasswordPassword',
    'aaaaaaaaaaaaaaaa',
    '123456789012345',
    'abcdefghijklmnop',
    'password1234567!',
    '!!!football20262026',
  ])('refuses %s as common', (password) => {
    expect(() => accept(password)).toThrow('credentials.password_too_common');
  });

  it('holds a blocklist of more than 3,000', () => {
    for (const password of ['12345678', 'iloveyou', 'sunshine1', 'qwertyuiop', 'superman']) {
      expect(() => accept(password, [], 8)).toThrow('credentials.password_too_common');
    }
  });

  it('refuses what is little more than the account or the product', () => {
    expect(() => accept('gatehouse-gatehouse', ['Gatehouse'])).toThrow('credentials.password_guessable');
    expect(() => accept('adalovelace-2026', ['ada.l', 'adalovelace'])).toThrow('credentials.password_guessable');
    expect(() => accept('adalovelace likes purple tea', ['adalovelace'])).not.toThrow();
  });

  it('ignores context words too short to mean anything', () => {
    expect(() => accept('ada ada hollow lantern', ['ada'])).not.toThrow();
  });
});
