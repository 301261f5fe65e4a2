import pg from 'pg';
import type { Answer } from '../support/api-client.js';
import { until } from '../support/smtp.js';
import { type Api, Installation } from './support/installation.js';

describe('an API process that is told to end', () => {
  let installation: Installation;
  let bearer: string;
  let blocker: pg.Client;

  beforeAll(async () => {
    installation = await Installation.start();
    bearer = (await installation.signIn(await installation.newPerson())).accessToken;
  });

  afterAll(() => installation.stop());

  beforeEach(async () => {
    blocker = new pg.Client({ connectionString: installation.database.ownerUrl });
    await blocker.connect();
  });

  afterEach(() => blocker.end());

  /** A request that is in flight until `blocker` ends its transaction. */
  async function hold({ client }: Api): Promise<{ readonly answer: Promise<Answer<object> | 'cut'> }> {
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const answer = client.get<object>('/v1/me', { bearer }).catch(() => 'cut' as const);
    await until('the request to be in flight', async () => {
      const { rowCount } = await blocker.query(
        `SELECT 1 FROM pg_locks WHERE relation = 'users'::regclass AND NOT granted`,
      );
      return rowCount !== 0;
    });
    // Not the promise itself: it would be waited for.
    return { answer };
  }

  const ready = async ({ url }: Api): Promise<number | 'refused'> =>
    fetch(`${url}/health/ready`).then(
      ({ status }) => status,
      () => 'refused' as const,
    );

  it('says so to the probe at once, serves on, then finishes what is in flight and exits with 0', async () => {
    const api = await installation.startApi({ GATEHOUSE_DRAIN_MS: '2500' });
    expect((await api.client.get('/health/ready')).status).toBe(200);
    const inFlight = await hold(api);
    api.process.signal('SIGTERM');
    await until('the probe to be told', async () => (await ready(api)) === 503);
    // Balancers that have not asked yet still send requests.
    expect((await api.client.post('/v1/auth/refresh', { refreshToken: 'garbled' })).status).toBe(401);
    await until('new connections to be refused', async () => (await ready(api)) === 'refused');
    await blocker.query('ROLLBACK');
    expect(await inFlight.answer).toMatchObject({ status: 200 });
    expect(await api.process.exited()).toBe(0);
    expect(api.process.log).toContain('"msg":"stopped"');
  });

  it('ends at once at the second signal', async () => {
    const api = await installation.startApi({ GATEHOUSE_DRAIN_MS: '60000' });
    await hold(api);
    api.process.signal('SIGTERM');
    await until('the probe to be told', async () => (await ready(api)) === 503);
    api.process.signal('SIGTERM');
    expect(await api.process.exited()).toBe(143);
  });

  it('cuts what is still in flight at the deadline', async () => {
    const api = await installation.startApi({ GATEHOUSE_SHUTDOWN_TIMEOUT_MS: '2000' });
    await hold(api);
    api.process.signal('SIGTERM');
    expect(await api.process.exited()).not.toBeNull();
  });
});
