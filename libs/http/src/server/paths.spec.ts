import { nulIn } from './body-parsers.js';
import { KnownRoutes } from './known-routes.js';
import { redactedPath } from './request-log.js';

describe('KnownRoutes', () => {
  const routes = new KnownRoutes();
  routes.add('/v1/users/:id', ['GET', 'HEAD']);
  routes.add('/v1/users/:id', 'PATCH');
  routes.add('/v1/users', 'POST');
  routes.add('/oidc/*', 'GET');

  it.each([
    ['/v1/users/7', ['GET', 'HEAD', 'PATCH']],
    ['/v1/users/7?x=1', ['GET', 'HEAD', 'PATCH']],
    ['/v1/users', ['POST']],
    ['/v1/users/', []],
    ['/v1/users/7/8', []],
    ['/oidc/token', []],
  ])('%s', (path, methods) => {
    expect(routes.methodsOf(path)).toEqual(methods);
  });
});

it.each([
  ['/short/path?token=secret', '/short/path'],
  ['/link/verify/3q2-7w5eBhJkLmNoPqRsTuVwXyZ0123456789abcdefg', '/link/verify/…'],
  [`/${'a/'.repeat(300)}`, `/${'a/'.repeat(99)}a`],
])('logs %s as %s', (url, logged) => {
  expect(redactedPath(url)).toBe(logged);
});

it.each([
  ['/a%00', true],
  ['/a?b=%00', true],
  ['/a%2500', false],
  ['/a%0', false],
])('finds NUL in %s: %s', (url, found) => {
  expect(nulIn(url) !== undefined).toBe(found);
});
