import { multiFactor } from '@app/sessions';
import { aimOf, asksForSomething, returnPath } from './flow-aim.js';

describe('where a sign-in may return to', () => {
  it.each([
    '/',
    '/app',
    '/app?x=1&y=%20z#top',
    '/a//b',
    '/flowers',
    '/sign-in-help',
    '/%E2%82%AC',
    '/?to=//evil.example',
  ])('is the path %s', (path) => {
    expect(returnPath(path)).toBe(path);
  });

  it.each([
    'https://evil.example/',
    'evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/a\\b',
    '/..//evil.example',
    '/./ /evil.example',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/a%5cb',
    '/\t/evil.example',
    '/\n',
    '/a\0',
    '/%0d%0aset-cookie:x=y',
    '/%zz',
    '/\u2028',
    '/é',
    'javascript:alert(1)',
    ' /app',
    '/app ',
    '',
    '/flow/sign-in',
    '/FLOW/sign-in',
    '/%66low/sign-in',
    '/app/../flow/sign-in',
    '/sign-in?return_to=/app',
    '/sign-in',
    '/sign-out',
    '/link/verify-email/x',
  ])('is not %j', (path) => {
    expect(returnPath(path)).toBeUndefined();
  });

  it('is not longer than 2000 characters', () => {
    expect(returnPath(`/${'a'.repeat(1999)}`)).toBeDefined();
    expect(returnPath(`/${'a'.repeat(2000)}`)).toBeUndefined();
  });
});

describe('what the address of a sign-in asks for', () => {
  it('is read, and members of others are left alone', () => {
    const query = { return_to: '/app', acr: multiFactor, max_age: '300', login_hint: 'ada@example.test', utm: 'x' };
    const aim = aimOf(query);
    expect(aim).toEqual({
      begunBy: 'nothing',
      returnTo: '/app',
      acrWanted: multiFactor,
      maxAge: 300,
      loginHint: 'ada@example.test',
    });
    expect(asksForSomething(aim)).toBe(true);
  });

  it('is nothing where nothing is said', () => {
    for (const query of [{}, { return_to: '', utm: 'x' }]) expect(asksForSomething(aimOf(query))).toBe(false);
    expect(aimOf({ max_age: '0' }).maxAge).toBe(0);
  });

  it.each([
    { return_to: 'https://evil.example/' },
    { return_to: ['/app', '/app'] },
    { acr: 'urn:gatehouse:acr:recovery' },
    { max_age: '-1' },
    { max_age: '1e3' },
    { login_hint: 'a\nb' },
  ])('is refused where it is %j', (query) => {
    expect(() => aimOf(query)).toThrow(expect.objectContaining({ code: 'authentication.sign_in_address' }));
  });
});
