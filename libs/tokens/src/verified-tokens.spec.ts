import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { VerifiedTokens } from './verified-tokens.js';

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

describe('VerifiedTokens', () => {
  const key = newKey();
  const tokens = new VerifiedTokens<{ sid: string }>();
  beforeAll(() => tokens.add('head.body.signature', 'k1', key, { sid: 's' }));

  it('knows a token again while its key counts', () => {
    expect(tokens.find('head.body.signature', () => key)).toEqual({ sid: 's' });
  });

  it('does not know the same claims under another signature', () => {
    expect(tokens.find('head.body.another', () => key)).toBeUndefined();
  });

  it('forgets a token with its key: retired, or another under the same name', () => {
    expect(tokens.find('head.body.signature', () => undefined)).toBeUndefined();
    expect(tokens.find('head.body.signature', () => newKey())).toBeUndefined();
  });

  it('keeps a bounded number', () => {
    const few = new VerifiedTokens<{ sid: string }>(2);
    for (const token of ['a', 'b', 'c']) few.add(token, 'k1', key, { sid: token });
    expect(['a', 'b', 'c'].map((token) => few.find(token, () => key)?.sid)).toEqual([undefined, 'b', 'c']);
  });
});
