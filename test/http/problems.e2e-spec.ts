import type { HttpServer } from '@app/http';
import { call } from './support/calls.js';
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

it('answers an error as RFC 9457 asks, with code and request id', async () => {
  const answer = await call(url, '/v1/nothing');
  expect(answer.status).toBe(404);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at this path.',
    code: 'http.route_not_found',
    requestId: answer.headers['x-request-id'],
  });
});

it('tells a wrong method from a wrong path', async () => {
  const answer = await call(url, '/v1/things/word/x', { method: 'DELETE' });
  expect(answer.status).toBe(405);
  expect(answer.json['code']).toBe('http.method_not_allowed');
  expect(answer.headers['allow']).toBe('GET, HEAD');
});

it('says in whole seconds when to come back', async () => {
  const answer = await call(url, '/v1/things/fail/throttled');
  expect(answer.status).toBe(429);
  expect(answer.headers['retry-after']).toBe('8');
});

it('adds public facts of an error, which cannot replace its own members', async () => {
  const answer = await call(url, '/v1/things/fail/conflict');
  expect(answer.status).toBe(409);
  expect(answer.json).toMatchObject({ status: 409, code: 'things.taken', field: 'username' });
});

it.each(['internal', 'unknown'])('says nothing of an %s error, and logs all but what drivers attach', async (kind) => {
  const answer = await call(url, `/v1/things/fail/${kind}`, { headers: { 'x-request-id': 'failing-request-1' } });
  expect(answer.status).toBe(500);
  expect(answer.json).toMatchObject({ code: 'http.internal', requestId: 'failing-request-1' });
  expect(answer.body).not.toMatch(/secret|hunter/);
  const failure = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .find(({ level }) => level === 'error');
  expect(failure).toMatchObject({ requestId: 'failing-request-1', route: '/v1/things/fail/:kind' });
  expect((failure?.['err'] as { stack: string }).stack).toContain('small-app');
  expect(lines.join()).not.toContain('hunter3');
});
