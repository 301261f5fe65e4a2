import { HealthChecks } from '@app/health';
import { FloorModule } from '../../apps/floor.module.js';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { until } from '../support/smtp.js';
import { type RunningApi, startApi } from './support/api-app.js';
import { Gate } from './support/gate.js';

/** Longer than results of checks are kept. */
const pastCacheMs = 2_100;

let database: TestDatabase;
let gate: Gate;
let api: RunningApi;
let client: ApiClient;
let mailWorks = true;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  database = await createTestDatabase();
  gate = new Gate(database.url);
  api = await startApi(await gate.open());
  client = new ApiClient(api.url);
  api.app.get(HealthChecks, { strict: false }).register({
    name: 'test_mail',
    critical: false,
    check: async () => {
      if (!mailWorks) throw new Error('smtp://user:password@mail refused');
    },
  });
});
afterAll(async () => {
  await api.app.close();
  await gate.shut();
  await database.drop();
});

it('is healthy, alive, started and ready on a migrated database', async () => {
  expect((await client.get('/health')).body).toEqual({ status: 'healthy', database: 'connected' });
  expect((await client.get('/health/live')).body).toEqual({ status: 'alive' });
  expect(await client.get('/health/startup')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const ready = await client.get('/health/ready');
  expect(ready).toMatchObject({
    status: 200,
    body: { status: 'ok', details: { database: { status: 'up' }, schema: { status: 'up' } } },
  });
  expect(ready.headers.get('cache-control')).toBe('no-store');
});

it('stays ready while something is missing that can wait, and shows it without its reason', async () => {
  await wait(pastCacheMs);
  mailWorks = false;
  const answer = await client.get('/health/ready');
  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'degraded', details: { test_mail: { status: 'degraded', message: 'not available' } } },
  });
  expect(JSON.stringify(answer.body)).not.toContain('password');
  mailWorks = true;
});

describe.each([
  ['stopped', () => gate.shut(), () => gate.open()],
  [
    'silent',
    async () => gate.hang(),
    async () => {
      await gate.shut();
      await gate.open();
    },
  ],
])('with PostgreSQL %s', (_, away, back) => {
  it('is unhealthy within 5 s and alive all the time; both end when it is back', async () => {
    await wait(pastCacheMs);
    await away();
    const began = Date.now();
    expect(await client.get('/health')).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', database: 'error', error: 'unable to connect to database' },
    });
    expect(Date.now() - began).toBeLessThan(5_000);
    const ready = await client.get('/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { status: 'error', details: { database: { status: 'down' } } } });
    expect(JSON.stringify(ready.body)).not.toMatch(/ECONN|127\.0\.0\.1|timeout exceeded when/);
    const asked = Date.now();
    expect((await client.get('/health/live')).status).toBe(200);
    expect(Date.now() - asked).toBeLessThan(2_000);
    await back();
    await until('/health to be healthy', async () => (await client.get('/health')).status === 200);
    await until('/health/ready to be ready', async () => (await client.get('/health/ready')).status === 200);
  });
});

it('is not started on a database without this schema', async () => {
  const empty = await createTestDatabase({ empty: true });
  const early = await startApi(empty.url, {}, (config) => FloorModule.forRoot(config, 'gatehouse test'));
  const answers = new ApiClient(early.url);
  expect(await answers.get('/health/startup')).toMatchObject({
    status: 503,
    body: { status: 'error', details: { schema: { status: 'down' } } },
  });
  expect((await answers.get('/health/ready')).status).toBe(503);
  expect((await answers.get('/health')).status).toBe(200);
  await early.app.close();
  await empty.drop();
});
