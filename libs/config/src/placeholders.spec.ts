import { randomBytes } from 'node:crypto';
import { isPlaceholderKey, isPlaceholderKeyPair, isPlaceholderPassword } from './placeholders.js';

describe('a password', () => {
  it.each([
    'changeme',
    'Change-Me!',
    'password123',
    'admin',
    'secret',
    'example-password',
    'my_secret_password',
    'aaaaaaaaaaaaaaaa',
    '<password>',
    '${SMTP_PASSWORD}',
    'your-password-here',
    'replace me',
  ])('that is a placeholder: %s', (value) => {
    expect(isPlaceholderPassword(value)).toBe(true);
  });

  it.each([
    'the secretary reads example books',
    'correct horse battery staple',
    'Tr0ub4dor&3-passwords-are-fine',
    'q8F!z-secret-Lw2',
  ])('that is not: %s', (value) => {
    expect(isPlaceholderPassword(value)).toBe(false);
  });
});

it('keys made by the usual tools are never taken for placeholders', () => {
  for (let tries = 0; tries < 2000; tries++) {
    const bytes = randomBytes(32);
    expect([bytes.toString('base64'), bytes.toString('hex')].filter(isPlaceholderKey)).toEqual([]);
    expect(isPlaceholderKeyPair(`k1:${bytes.toString('base64')}`)).toBe(false);
  }
});
