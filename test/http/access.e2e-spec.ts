import type { HttpServer } from '@app/http';
import { call } from './support/calls.js';
import { addressOf, smallApp } from './support/small-app.js';
import { testConfig } from './support/test-config.js';

let app: HttpServer;
let url: string;

beforeAll(async () => {
  app = await smallApp(testConfig());
  url = await addressOf(app);
});
afterAll(() => app.close());

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const session = (token: string): Record<string, string> => ({ cookie: `a=b; __Host-gatehouse-session=${token}; c=d` });

it('shuts a route that says nothing', async () => {
  const answer = await call(url, '/v1/things/mine');
  expect(answer.status).toBe(401);
  expect(answer.json['code']).toBe('http.unauthenticated');
  expect(answer.headers['www-authenticate']).toBe('Bearer');
});

it('knows the caller by bearer token or cookie', async () => {
  expect((await call(url, '/v1/things/mine', { headers: bearer('user1') })).json).toEqual({
    userId: 'user1',
    carrier: 'bearer',
  });
  expect((await call(url, '/v1/things/mine', { headers: session('user2') })).json).toEqual({
    userId: 'user2',
    carrier: 'cookie',
  });
  expect((await call(url, '/v1/things/mine', { headers: { authorization: 'bEaReR  user3' } })).status).toBe(200);
});

it.each(['Bearer bad', 'Bearer', 'Bearer ', 'Basic dXNlcjE6eA==', 'user1', ''])(
  'does not fall back to a good cookie from the header %j',
  async (authorization) => {
    const answer = await call(url, '/v1/things/mine', { headers: { ...session('user2'), authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  },
);

it('lets in only who holds the role', async () => {
  expect((await call(url, '/v1/things/admin', { headers: bearer('user1.admin') })).status).toBe(200);
  const refused = await call(url, '/v1/things/admin', { headers: bearer('user1.editor') });
  expect(refused.status).toBe(403);
  expect(refused.json['code']).toBe('http.forbidden');
  expect((await call(url, '/v1/things/admin')).status).toBe(401);
});

it('recognises a caller on an open route, and minds no bad credentials there', async () => {
  expect((await call(url, '/v1/things/maybe', { headers: bearer('user1') })).json).toEqual({ userId: 'user1' });
  expect((await call(url, '/v1/things/maybe', { headers: bearer('bad') })).json).toEqual({ userId: null });
  expect((await call(url, '/v1/things/maybe')).json).toEqual({ userId: null });
});

it('gives every answer the security headers; a route may replace them', async () => {
  for (const path of ['/v1/things/mine', '/v1/things/client', '/v1/nothing', '/v1/things/fail/internal']) {
    const { headers } = await call(url, path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  }
  const page = await call(url, '/v1/things/page');
  expect(page.headers['content-security-policy']).toBe("default-src 'self'");
});

it('promises https only where it is served', async () => {
  const plain = await smallApp(testConfig({ GATEHOUSE_PUBLIC_URL: 'http://localhost:3000' }));
  const { headers } = await call(await addressOf(plain), '/v1/things/client');
  expect(headers).not.toHaveProperty('strict-transport-security');
  await plain.close();
});
