import type { HttpServer } from '@app/http';
import { call, post, type RawAnswer } from './support/calls.js';
import { addressOf, smallApp } from './support/small-app.js';
import { testConfig } from './support/test-config.js';

const echo = '/v1/things/echo';
const good = { email: 'a@example.test', age: 3 };
let app: HttpServer;
let url: string;

beforeAll(async () => {
  app = await smallApp(testConfig());
  url = await addressOf(app);
});
afterAll(() => app.close());

const faults = (answer: RawAnswer): string[] =>
  (answer.json['errors'] as { field: string; code: string }[]).map(({ field, code }) => `${field}: ${code}`);

it('takes good input as it is', async () => {
  const answer = await post(url, echo, { ...good, devices: [{ name: 'phone' }] });
  expect(answer.json).toEqual({ ...good, devices: [{ name: 'phone' }] });
});

it.each(['{"email":', 'nonsense', '{"a":1}{', "{'email':1}", '{"__proto__":{"admin":true}}'])(
  'refuses %s as no JSON',
  async (body) => {
    const answer = await post(url, echo, body);
    expect(answer.status).toBe(400);
    expect(answer.json['code']).toBe('http.malformed_json');
  },
);

it('names every faulty field and its rule, and echoes no value', async () => {
  const answer = await post(url, echo, { email: 'my-password', age: 'secret', devices: [{ name: 'x'.repeat(11) }, 7] });
  expect(answer.status).toBe(400);
  expect(answer.json['code']).toBe('http.invalid_input');
  expect(faults(answer)).toEqual([
    'email: email',
    'age: int',
    'devices.0.name: max_length',
    'devices.1: nested_validation',
  ]);
  expect(answer.body).not.toMatch(/my-password|secret|xxx/);
});

it('says of a missing field only that it is required', async () => {
  expect(faults(await post(url, echo, { email: 'a@example.test' }))).toEqual(['age: required']);
});

it.each([
  ['a field that is not declared', { ...good, role: 'admin' }, ['role: unknown']],
  ['one inside another', { ...good, devices: [{ name: 'a', trusted: true }] }, ['devices.0.trusted: unknown']],
])('refuses %s', async (_, body, expected) => {
  const answer = await post(url, echo, body);
  expect(answer.status).toBe(400);
  expect(faults(answer)).toEqual(expected);
});

it.each([['[]'], ['"text"'], ['7'], ['true']])('refuses %s where an object is wanted', async (body) => {
  const answer = await post(url, echo, body);
  expect(answer.status).toBe(400);
  expect(answer.json['code']).toBe('http.invalid_input');
});

it.each(['', 'null'])('takes %j for an empty object', async (body) => {
  expect(faults(await post(url, echo, body))).toEqual(['email: required', 'age: required']);
});

it.each([
  ['a value', echo, { ...good, note: 'a\0b' }],
  ['a nested value', echo, { ...good, devices: [{ name: '\0' }] }],
  ['a name', echo, { ...good, 'no\0te': 'x' }],
])('refuses NUL in %s of the body', async (_, path, body) => {
  const answer = await post(url, path, body);
  expect(answer.status).toBe(400);
  expect(answer.json['code']).toBe('http.nul_byte');
});

it.each(['/v1/things/word/a%00b', '/v1/things/word/a?q=%00', '/v1/things/word/a?%00=1', '/v1/nothing%00'])(
  'refuses NUL in %s',
  async (path) => {
    const answer = await call(url, path);
    expect(answer.status).toBe(400);
    expect(answer.json['code']).toBe('http.nul_byte');
  },
);

it('takes the text %00 for what it is', async () => {
  expect((await call(url, '/v1/things/word/a%2500b')).json['word']).toBe('a%00b');
});

it('refuses NUL in a form', async () => {
  const answer = await call(url, '/pages/form', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=%00',
  });
  expect(answer.json['code']).toBe('http.nul_byte');
});

it('refuses a body over 64 KiB, by its length and as it streams', async () => {
  const big = await post(url, echo, { ...good, note: 'x'.repeat(65_536) });
  expect(big.status).toBe(413);
  expect(big.json['code']).toBe('http.body_too_large');
  const chunked = await post(url, echo, { ...good, note: 'x'.repeat(65_536) }, { 'transfer-encoding': 'chunked' });
  expect(chunked.status).toBe(413);
  expect((await post(url, echo, { ...good, note: 'x'.repeat(64_000) })).status).toBe(200);
});

it('refuses nesting that could exhaust the stack', async () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  const answer = await post(url, echo, `{"email":${deep},"age":1}`);
  expect(answer.status).toBe(400);
  expect(answer.json['code']).toBe('http.too_deep');
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
  'refuses %s on /v1',
  async (type) => {
    const answer = await post(url, echo, 'email=a', { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(answer.json['code']).toBe('http.unsupported_media_type');
  },
);

it('refuses a body without a type', async () => {
  expect((await call(url, echo, { method: 'POST', body: '{}' })).status).toBe(415);
});

it('takes forms outside /v1, the first of equal names', async () => {
  const answer = await call(url, '/pages/form', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1&b=x+y&a=2&__proto__=3',
  });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ a: '1', b: 'x y' });
});

it('judges queries and params', async () => {
  expect((await call(url, '/v1/things/list?limit=20')).json).toEqual({ limit: 20 });
  expect((await call(url, '/v1/things/list')).json).toEqual({ limit: 50 });
  expect(faults(await call(url, '/v1/things/list?limit=1000'))).toEqual(['limit: max']);
  expect(faults(await call(url, '/v1/things/list?limit=1e1'))).toEqual(['limit: max', 'limit: min', 'limit: int']);
  expect(faults(await call(url, '/v1/things/list?page=2'))).toEqual(['page: unknown']);
  expect(faults(await call(url, '/v1/things/list?cursor=a&cursor=b'))[0]).toMatch(/^cursor: /);
  expect(faults(await call(url, '/v1/things/word/a?q=1&q=2'))).toEqual(['q: type']);
});

it('refuses a path that cannot be decoded, with the headers of any answer', async () => {
  const answer = await call(url, '/v1/things/word/%zz');
  expect(answer.status).toBe(400);
  expect(answer.json['code']).toBe('http.malformed_url');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['x-request-id']).toBe(answer.json['requestId']);
});
