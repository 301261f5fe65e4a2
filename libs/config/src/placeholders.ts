import { readUrl } from './urls.js';

const telling = /change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|placeholder|insecure|<[^>]*>|\$\{|\byour[-_ ]/i;
const words =
  /^(pass|password|passw0rd|passphrase|secret|key|token|example|sample|default|admin|administrator|root|user|test|demo|dev|local|my|the|a|is|this|gatehouse|postgres|redis|letmein|[\s\-_.!?#\d])+$/i;

/**
 * True where a person typed a stand-in for a password: words that say so, or nothing but words of that kind. A
 * passphrase that merely holds one ("secretary") is not.
 */
export function isPlaceholderPassword(value: string): boolean {
  return telling.test(value) || words.test(value) || new Set(value).size < 4;
}

/** As above, for a value that a machine should have made: random text does not hold such a word. */
export function isPlaceholderKey(value: string): boolean {
  return isPlaceholderPassword(value) || /password|secret|example/i.test(value) || new Set(value).size < 8;
}

/** True where the URL's password is a placeholder. */
export function hasPlaceholderPassword(url: string): boolean {
  const password = readUrl(url)?.password ?? '';
  return password !== '' && isPlaceholderPassword(unescape(password));
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True where the key of a `kid:base64` pair is text or a pattern instead of 32 random bytes. */
export function isPlaceholderKeyPair(pair: string): boolean {
  const key = Buffer.from(pair.slice(pair.indexOf(':') + 1), 'base64');
  const text = key.toString('latin1');
  return new Set(key).size < 8 || /^[\x20-\x7e]+$/.test(text);
}
