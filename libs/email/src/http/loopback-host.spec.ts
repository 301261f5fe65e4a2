import { isLoopbackHost } from './loopback-host.js';

describe('a loopback Host header', () => {
  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.8.9.10:80', '[::1]', '[::1]:3000'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'localhost.example',
    '127.0.0.1.example',
    'example:3000',
    '10.0.0.1',
    'localhost@example',
    '::1',
  ])('is not %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
