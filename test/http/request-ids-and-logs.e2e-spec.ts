import type { HttpServer } from '@app/http';
import { call, post } from './support/calls.js';
import { addressOf, smallApp } from './support/small-app.js';
import { testConfig } from './support/test-config.js';

const lines: string[] = [];
let app: HttpServer;
let url: string;

beforeAll(async () => {
  app = await smallApp(testConfig({ GATEHOUSE_LOG_LEVEL: 'info' }), { write: (line) => void lines.push(line) });
  url = await addressOf(app);
});
beforeEach(() => void lines.splice(0));
afterAll(() => app.close());

async function logged(): Promise<Record<string, unknown>[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('takes over a sane request id', async () => {
  const answer = await call(url, '/v1/things/client', { headers: { 'x-request-id': 'edge-01.abc_DEF' } });
  expect(answer.headers['x-request-id']).toBe('edge-01.abc_DEF');
  expect(answer.json['requestId']).toBe('edge-01.abc_DEF');
});

it.each([undefined, 'short', 'x'.repeat(65), 'with space in it', '<script>alert(1)</script>', '-leading-dash-1'])(
  'makes an id of its own instead of %j',
  async (given) => {
    const answer = await call(
      url,
      '/v1/things/client',
      given === undefined ? {} : { headers: { 'x-request-id': given } },
    );
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  },
);

it('writes one line a request, with the template of its route', async () => {
  await call(url, '/v1/things/word/very-secret-token?q=another-secret', {
    headers: { 'x-request-id': 'request-0001' },
  });
  const all = await logged();
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({
    level: 'info',
    msg: 'request',
    requestId: 'request-0001',
    method: 'GET',
    route: '/v1/things/word/:word',
    status: 200,
    address: '127.0.0.1',
  });
});

it('leaves out of an unknown path what could be a token', async () => {
  await call(url, `/lnk/verify/${'t'.repeat(43)}?token=${'q'.repeat(43)}`);
  expect((await logged())[0]).toMatchObject({ path: '/lnk/verify/…', status: 404 });
});

it('logs no token, cookie, query or body, whatever happens', async () => {
  const headers = {
    authorization: 'Bearer hidden1',
    cookie: '__Host-gatehouse-session=hidden2',
    referer: 'http://x/hidden3',
  };
  await call(url, '/v1/things/mine?hidden4=1', { headers });
  await call(url, '/v1/things/fail/unknown?hidden5=1', { headers });
  await post(url, '/v1/things/echo', { email: 'hidden6' }, headers);
  await post(url, '/v1/things/echo', '{"hidden7', headers);
  await call(url, '/v1/things/word/%zz-hidden8', { headers });
  expect(await logged()).not.toHaveLength(0);
  expect(lines.join()).not.toMatch(/hidden\d/);
});

it('keeps line breaks from outside inside their field', async () => {
  await call(url, '/v1/things/none%0a%7B%22level%22:%22fatal%22%7D');
  expect(await logged()).toHaveLength(1);
});
