import { clientUrl } from './clients/client-id.js';
import { profileUrl } from './profile-url.js';

describe('a profile URL', () => {
  it.each([
    ['https://example.com/', 'https://example.com/'],
    ['https://example.com', 'https://example.com/'],
    ['https://EXAMPLE.com/Ada', 'https://example.com/Ada'],
    ['http://example.com/?user=ada', 'http://example.com/?user=ada'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('is %s, canonical as %s', (text, canonical) => {
    expect(profileUrl(text)).toBe(canonical);
  });

  it.each([
    'example.com',
    'mailto:ada@example.com',
    'ftp://example.com/',
    'https://example.com/foo/../bar',
    'https://example.com/foo/./bar',
    'https://example.com/%2e%2E/bar',
    'https://example.com/#me',
    'https://example.com/#',
    'https://ada:pass@example.com/',
    'https://ada@example.com/',
    'https://@example.com/',
    'https://example.com:8443/',
    'https://example.com:443/',
    'https://172.28.92.51/',
    'https://2130706433/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'https:\\\\example.com/',
    'https:/example.com/',
    ' https://example.com/',
    `https://example.com/${'a'.repeat(2000)}`,
  ])('is not %s', (text) => {
    expect(profileUrl(text)).toBeUndefined();
  });
});

describe('a client identifier', () => {
  it.each([
    ['https://App.example.com/id', 'https://app.example.com/id'],
    ['https://app.example.com', 'https://app.example.com/'],
    ['https://app.example.com:8443/?x=1', 'https://app.example.com:8443/?x=1'],
    ['http://localhost:8080/', 'http://localhost:8080/'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    ['http://[::1]:8080/', 'http://[::1]:8080/'],
  ])('is %s, kept as %s', (text, canonical) => {
    expect(clientUrl(text)?.href).toBe(canonical);
  });

  it.each([
    'reader',
    'app://reader/',
    'https://app.example.com/a/../b',
    'https://app.example.com/#app',
    'https://user@app.example.com/',
    'https://user:pass@app.example.com/',
    'https://10.0.0.1/',
    'https://127.0.0.2/',
    'https://[2001:db8::1]/',
    'https://intranet/',
  ])('is not %s', (text) => {
    expect(clientUrl(text)).toBeUndefined();
  });
});
