import { ConfigurationError } from '@app/config';
import { Database, Sweeps } from '@app/database';
import { FailureCounters, Limits, subject, Throttled } from '@app/limits';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { type RunningApi, startApi } from './support/api-app.js';
import { Gate } from './support/gate.js';
import { limitedRoot } from './support/limited-app.js';

const settings = {
  GATEHOUSE_LIMITS: 'login.address=40/60,login.account=5/120,login.pair=3/60,refresh.family=60/60',
  GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
};

let database: TestDatabase;
let gate: Gate;
let one: RunningApi;
let two: RunningApi;

beforeAll(async () => {
  database = await createTestDatabase();
  gate = new Gate(database.url);
  one = await startApi(await gate.open(), settings, limitedRoot);
  two = await startApi(database.url, settings, limitedRoot);
});
afterAll(async () => {
  await one.app.close();
  await two.app.close();
  await gate.shut();
  await database.drop();
});

const attempt = (api: RunningApi, identifier: unknown, from: string) =>
  new ApiClient(api.url).post('/v1/attempts', { identifier }, { headers: { 'x-forwarded-for': from } });

describe('a limited route', () => {
  it('counts over both processes and says what is left', async () => {
    const first = await attempt(one, 'ann@example.test', '203.0.113.1');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '60',
      'ratelimit-policy': '3;w=60',
    });
    await attempt(two, ' ANN@example.test', '203.0.113.1');
    await attempt(one, 'ann@EXAMPLE.test', '203.0.113.1');
    const refused = await attempt(two, 'ann@example.test', '203.0.113.1');
    expect(refused).toMatchObject({ status: 429, body: { code: 'limits.throttled' } });
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('limits an account over all addresses, and each address over all accounts', async () => {
    const statuses: number[] = [];
    for (let at = 1; at <= 6; at += 1) statuses.push((await attempt(one, 'bob', `198.51.100.${at}`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const sprayed = await Promise.all(
      Array.from({ length: 41 }, (_, at) => attempt(at % 2 ? one : two, `user${at}`, '198.51.100.99')),
    );
    expect(sprayed.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('takes an IPv6 network for one address', async () => {
    for (const host of ['1', '2:3', 'ffff']) await attempt(one, 'eve', `2001:db8:0:7::${host}`);
    expect((await attempt(one, 'eve', '2001:db8:0:7:aaaa::1')).status).toBe(429);
    expect((await attempt(one, 'eve', '2001:db8:0:8::1')).status).toBe(200);
  });

  it('counts input that is refused, too', async () => {
    for (let at = 0; at < 40; at += 1) expect((await attempt(one, 7, '198.51.100.50')).status).toBe(400);
    expect((await attempt(one, 7, '198.51.100.50')).status).toBe(429);
  });

  it('opens again when its window ends', async () => {
    for (let at = 0; at < 4; at += 1) await attempt(one, 'tim', '203.0.113.77');
    expect((await attempt(one, 'tim', '203.0.113.77')).status).toBe(429);
    await database.shiftClock(61);
    expect((await attempt(one, 'tim', '203.0.113.77')).status).toBe(429); // the account's window is longer
    await database.shiftClock(121);
    expect((await attempt(one, 'tim', '203.0.113.77')).status).toBe(200);
  });

  it('stays shut without a database', async () => {
    await gate.shut();
    const answer = await attempt(one, 'zoe', '203.0.113.5');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    await gate.open();
    expect((await attempt(one, 'zoe', '203.0.113.5')).status).toBe(200);
  });
});

describe('Limits', () => {
  it('counts the same keys in any order from many sides without a deadlock', async () => {
    const keys = Array.from({ length: 12 }, (_, at) => ({ rule: 'refresh.family', key: `k${at}` }) as const);
    const [here, there] = [one, two].map(({ app }) => app.get(Limits, { strict: false })) as [Limits, Limits];
    const counts = Array.from({ length: 50 }, (_, at) =>
      (at % 2 ? here : there).count(
        [...keys.slice(at % 12), ...keys.slice(0, at % 12)].sort(() => Math.random() - 0.5),
      ),
    );
    await Promise.all(counts);
    const state = await here.count(keys);
    expect(state).toMatchObject({ limit: 60, remaining: 9 });
  });

  it('counts a key once where it is given twice', async () => {
    const limits = one.app.get(Limits, { strict: false });
    const hit = { rule: 'refresh.family', key: 'twice' } as const;
    expect(await limits.count([hit, hit])).toMatchObject({ remaining: 59 });
  });

  it('throws what can be answered', async () => {
    const limits = one.app.get(Limits, { strict: false });
    const hits = [{ rule: 'login.pair', key: subject.pair('x', '192.0.2.1') }] as const;
    for (let at = 0; at < 3; at += 1) await limits.take(hits);
    await expect(limits.take(hits)).rejects.toBeInstanceOf(Throttled);
  });

  it('does not start with limits that do not exist', async () => {
    const wrong = { GATEHOUSE_LIMITS: 'login.adress=5/60,login.pair=0/60' };
    const error = await startApi(database.url, wrong, limitedRoot).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).faults).toEqual([
      expect.stringMatching(/^GATEHOUSE_LIMITS: login\.adress is no limit; there are login\.address, /),
      expect.stringMatching(/^GATEHOUSE_LIMITS: login\.pair needs a count/),
    ]);
  });
});

describe('FailureCounters', () => {
  it('count failures in a row over both processes, whatever time passes, until they are reset', async () => {
    const [here, there] = [one, two].map(({ app }) => app.get(FailureCounters, { strict: false })) as [
      FailureCounters,
      FailureCounters,
    ];
    const counted = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? here : there).fail('password:1')),
    );
    expect([...counted].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    await database.shiftClock(400 * 86_400);
    expect(await here.read('password:1')).toBe(20);
    await there.reset('password:1');
    expect(await here.read('password:1')).toBe(0);
    expect(await here.fail('password:1')).toBe(1);
  });
});

describe('the sweep', () => {
  it('deletes the windows that ended, and no others', async () => {
    const { app } = one;
    const limits = app.get(Limits, { strict: false });
    const sweep = app
      .get(Sweeps, { strict: false })
      .all()
      .find(({ name }) => name === 'limits.windows');
    await database.shiftClock(0);
    await limits.count([{ rule: 'login.pair', key: 'old' }]);
    await database.shiftClock(70);
    await limits.count([{ rule: 'login.pair', key: 'young' }]);
    while (((await sweep?.run()) ?? 0) > 0);
    expect(await limits.count([{ rule: 'login.pair', key: 'young' }])).toMatchObject({ remaining: 1 });
    const rows = await app.get(Database, { strict: false }).run<{ ended: number }>({
      name: 'test.ended_windows',
      text: 'SELECT count(*)::int AS ended FROM limit_windows WHERE resets_at < app_now()',
    });
    expect(rows).toEqual([{ ended: 0 }]);
  });
});
