import { formTarget, headersTowards, pageContentSecurityPolicy, pageHeaders } from './content-security-policy.js';

const policy = (address?: string | null): string => headersTowards(address)['content-security-policy'] ?? '';

describe('the policy of a page whose form leads elsewhere', () => {
  it.each([
    ['https://client.example.test/callback?a=b', 'https:'],
    ['http://localhost:8080/', 'http: https:'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('allows the way from %s on to forms, and nothing else', (address, source) => {
    const widened = pageContentSecurityPolicy.replace("form-action 'self'", `form-action 'self' ${source}`);
    expect(widened).not.toBe(pageContentSecurityPolicy);
    expect(policy(address)).toBe(widened);
    expect({ ...headersTowards(address), 'content-security-policy': '' }).toEqual({
      ...pageHeaders,
      'content-security-policy': '',
    });
  });

  it.each([undefined, null, 'nonsense', 'https://a;sandbox/', 'https://a,b.example/'])(
    'is as ever for %s',
    (address) => {
      expect(policy(address)).toBe(pageContentSecurityPolicy);
    },
  );

  it('keeps an origin as it is, so that it can be stored in place of the address', () => {
    for (const source of ['https://client.example.test', 'com.example.app:']) expect(formTarget(source)).toBe(source);
  });
});
