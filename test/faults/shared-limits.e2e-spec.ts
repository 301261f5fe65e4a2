import type { Answer } from '../support/api-client.js';
import { type Api, Installation, type Person } from './support/installation.js';

const logIn = (
  { client }: Api,
  { email, password }: Person,
): Promise<Answer<{ code?: string; accessToken?: string }>> =>
  client.post('/v1/auth/login', { identifier: email, password });

describe('limits over two processes', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start({
      apis: 2,
      settings: { GATEHOUSE_LIMITS: 'login.account=5/300,login.pair=100/300,login.address=1000/300' },
    });
  });

  afterAll(() => installation.stop());

  it('let through of 40 that come at once exactly as many as one process would', async () => {
    const [victim, other] = [await installation.newPerson(), await installation.newPerson()];
    const wrong = { ...victim, password: 'not this one, certainly' };
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => logIn(installation.api(at % 2), wrong)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(35);
    for (const { headers, body } of throttled) {
      expect(body.code).toBe('limits.throttled');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const api of installation.apis) {
      expect((await logIn(api, victim)).status).toBe(429);
      expect((await logIn(api, other)).status).toBe(200);
    }
    await installation.database.shiftClock(301);
    expect((await logIn(installation.api(1), victim)).status).toBe(200);
  });
});

describe('wrong passwords over two processes', () => {
  let installation: Installation;
  const guess = (api: Api, person: Person): Promise<Answer<{ code?: string }>> =>
    logIn(api, { ...person, password: 'not this one, certainly' });

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
  });

  afterAll(() => installation.stop());

  it('delay the next try in both', async () => {
    const patient = await installation.startApi({ GATEHOUSE_SIGN_IN_FREE_FAILURES: '3' });
    const victim = await installation.newPerson();
    for (const api of [installation.api(0), installation.api(1), patient]) {
      expect((await guess(api, victim)).status).toBe(401);
    }
    const { status, headers, body } = await logIn(patient, victim);
    expect([status, body.code, headers.get('retry-after')]).toEqual([429, 'authentication.too_soon', '1']);
    await installation.database.shiftClock(1);
    expect((await logIn(patient, victim)).status).toBe(200);
  });

  it('count together, however many come at once: the hundredth disables the password in both, told once', async () => {
    const victim = await installation.newPerson();
    for (let wave = 0; wave < 6; wave += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => guess(installation.api(at % 2), victim)));
      expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
    }
    const [row] = await installation.query<{ failures: number }>(
      'SELECT p.failures FROM password_credentials p JOIN users u ON u.id = p.user_id WHERE u.email = $1',
      [victim.email],
    );
    expect(row?.failures).toBe(120);
    for (const at of [0, 1]) expect((await logIn(installation.api(at), victim)).status).toBe(401);
    const told = `mails WHERE recipient = '${victim.email}' AND data->>'what' = 'password_locked'`;
    expect(await installation.count(told)).toBe(1);
  });
});

describe('a storm of sign-ins on one process', () => {
  let installation: Installation;
  let storm: Api;

  beforeAll(async () => {
    installation = await Installation.start();
    storm = await installation.startApi({
      GATEHOUSE_HASH_THREADS: '1',
      GATEHOUSE_HASH_QUEUE_LIMIT: '2',
      GATEHOUSE_ARGON2_MEMORY_KIB: '65536',
      GATEHOUSE_ARGON2_TIME_COST: '3',
    });
  });

  afterAll(() => installation.stop());

  it('is refused past the queue with 503 and Retry-After, and disturbs no session check', async () => {
    const person = await installation.newPerson(storm);
    const { accessToken } = await installation.signIn(person, storm);
    let over = false;
    const checks = (async () => {
      const statuses: number[] = [];
      while (!over) statuses.push((await storm.client.get('/v1/me/sessions/current', { bearer: accessToken })).status);
      return statuses;
    })();
    const answers: Answer<{ code?: string }>[] = [];
    for (let wave = 0; wave < 4; wave += 1) {
      answers.push(...(await Promise.all(Array.from({ length: 12 }, () => logIn(storm, person)))));
    }
    over = true;
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, headers, body } of refused) {
      expect([status, body.code]).toEqual([503, 'crypto.hashing_overloaded']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    // One at work and two that wait, of each wave at least.
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(12);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    const statuses = await checks;
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(statuses.length).toBeGreaterThan(answers.length - refused.length);
    expect((await logIn(storm, person)).status).toBe(200);
  });
});
