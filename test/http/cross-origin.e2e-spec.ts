import type { HttpServer } from '@app/http';
import { call } from './support/calls.js';
import { addressOf, smallApp } from './support/small-app.js';
import { testConfig } from './support/test-config.js';

const own = 'https://id.example.test';
const friend = 'https://app.example.test';
const stranger = 'https://evil.example.test';
const mine = '/v1/things/mine';
const cookie = '__Host-gatehouse-session=user1';
let app: HttpServer;
let url: string;

beforeAll(async () => {
  app = await smallApp(testConfig({ GATEHOUSE_CORS_ORIGINS: friend }));
  url = await addressOf(app);
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };

describe('a cookie on a request that changes something', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it.each([
    // what the request carries besides the cookie, method, status
    ['same-origin by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }, 'POST', 200],
    ['our own origin', { origin: own }, 'POST', 200],
    ['a CORS origin with JSON', { origin: friend, ...json }, 'POST', 200],
    [
      'a CORS origin with JSON, said to be cross-site',
      { origin: friend, 'sec-fetch-site': 'cross-site', ...json },
      'POST',
      200,
    ],
    ['a CORS origin with a method that browsers ask for first', { origin: friend }, 'DELETE', 204],
    ['a CORS origin without JSON', { origin: friend }, 'POST', 403],
    ['a CORS origin with a form', { origin: friend, ...form }, 'POST', 403],
    ['another origin', { origin: stranger, ...json }, 'POST', 403],
    ['another origin with DELETE', { origin: stranger }, 'DELETE', 403],
    ['a subdomain of ours', { origin: 'https://x.id.example.test', ...json }, 'POST', 403],
    ['our host over http', { origin: 'http://id.example.test', ...json }, 'POST', 403],
    ['the origin null', { origin: 'null', ...json }, 'POST', 403],
    ['same-site only', { 'sec-fetch-site': 'same-site', ...json }, 'POST', 403],
    ['a typed address', { 'sec-fetch-site': 'none', ...json }, 'POST', 403],
    ['cross-site', { 'sec-fetch-site': 'cross-site', ...json }, 'POST', 403],
    ['neither header', json, 'POST', 403],
  ])('from %s', async (_, headers, method, status) => {
    const answer = await call(url, mine, { method, headers: { cookie, ...headers } });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json['code']).toBe('http.cross_site_request');
  });

  it('is judged on open routes too', async () => {
    const answer = await call(url, '/v1/things/echo', {
      method: 'POST',
      headers: { cookie, origin: stranger, ...json },
      body: '{}',
    });
    expect(answer.json['code']).toBe('http.cross_site_request');
  });

  it('is judged before its body is read', async () => {
    const answer = await call(url, mine, { method: 'POST', headers: { cookie, ...json }, body: '{' });
    expect(answer.json['code']).toBe('http.cross_site_request');
  });

  it('is not judged when it only reads', async () => {
    expect((await call(url, mine, { headers: { cookie, origin: stranger } })).status).toBe(200);
  });

  it('does not matter beside an Authorization header, which wins', async () => {
    const headers = { cookie, authorization: 'Bearer user2', origin: stranger, ...json };
    const answer = await call(url, mine, { method: 'POST', headers, body: '{}' });
    expect(answer.json).toEqual({ userId: 'user2' });
  });

  it('is only the session cookie', async () => {
    const headers = { cookie: 'other=1; x__Host-gatehouse-session=2', authorization: 'Bearer user2', ...json };
    expect((await call(url, mine, { method: 'POST', headers, body: '{}' })).status).toBe(200);
  });
});

describe('CORS', () => {
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };

  it('lets a configured origin ask, and caches the answer', async () => {
    const answer = await call(url, mine, { method: 'OPTIONS', headers: { origin: friend, ...preflight } });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': friend,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, X-Request-Id',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
  });

  it('lets it read answers and the headers that matter, errors included', async () => {
    for (const path of [mine, '/v1/nothing', '/v1/things/fail/throttled']) {
      const answer = await call(url, path, { headers: { origin: friend, cookie } });
      expect(answer.headers['access-control-allow-origin']).toBe(friend);
      expect(answer.headers['access-control-expose-headers']).toContain('Retry-After');
      expect(answer.headers['vary']).toBe('Origin');
    }
  });

  it.each([stranger, `${friend}.evil.test`, `${friend}:8443`, 'http://app.example.test', 'null'])(
    'gives nothing to %s',
    async (origin) => {
      const asked = await call(url, mine, { method: 'OPTIONS', headers: { origin, ...preflight } });
      expect(asked.headers['access-control-allow-origin']).toBeUndefined();
      expect(asked.status).toBe(405);
      const read = await call(url, mine, { headers: { origin, cookie } });
      expect(read.headers['access-control-allow-origin']).toBeUndefined();
      // So that no cache gives a stranger what it kept for a friend.
      expect(read.headers['vary']).toBe('Origin');
    },
  );

  it('ends at /v1', async () => {
    const answer = await call(url, '/pages/form', { method: 'OPTIONS', headers: { origin: friend, ...preflight } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is off where no origin is configured', async () => {
    const closed = await smallApp(testConfig());
    const answer = await call(await addressOf(closed), mine, { headers: { origin: friend } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['vary']).toBeUndefined();
    await closed.close();
  });
});
