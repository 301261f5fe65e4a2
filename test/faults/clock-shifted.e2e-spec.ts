import { type Api, Installation, type Person, type Tokens } from './support/installation.js';

const hour = 3_600_000;
const preload = 'test/faults/support/shifted-clock.mjs';

describe('processes whose clocks are an hour off, both ways', () => {
  let installation: Installation;
  let apis: Api[];
  let person: Person;

  beforeAll(async () => {
    // The worker's clock is wrong from the beginning: it mails the links.
    installation = await Installation.start({ worker: false });
    await installation.startWorker({ CLOCK_SHIFT_MS: String(hour) }, preload);
    await installation.startApi({ CLOCK_SHIFT_MS: String(hour) }, preload);
    await installation.startApi({ CLOCK_SHIFT_MS: String(-hour) }, preload);
    apis = installation.apis;
    person = await installation.newPerson(apis[2]);
  });

  afterAll(() => installation.stop());

  beforeEach(() => installation.database.shiftClock(0));

  const everywhere = <T>(work: (api: Api) => Promise<T>): Promise<T[]> => Promise.all(apis.map(work));
  const me = (bearer: string): Promise<number[]> =>
    everywhere(async ({ client }) => (await client.get('/v1/me', { bearer })).status);
  const refresh = async (
    { client }: Api,
    refreshToken: string,
  ): Promise<{ status: number; body: Tokens & { code?: string } }> => client.post('/v1/auth/refresh', { refreshToken });

  it('really are off', async () => {
    const dates = await everywhere(async ({ process }) => /"time":"([^"]+)"/.exec(process.log)![1]!);
    const [truth, ahead, behind] = dates.map((date) => Date.parse(date));
    expect(Math.round((ahead! - truth!) / hour)).toBe(1);
    expect(Math.round((behind! - truth!) / hour)).toBe(-1);
  });

  it('give tokens the time of the database, and judge them by it', async () => {
    const [before] = await installation.query<{ now: number }>(
      'SELECT floor(extract(epoch FROM app_now()))::int AS now',
    );
    const signedIn = await everywhere((api) => installation.signIn(person, api));
    const [after] = await installation.query<{ now: number }>('SELECT ceil(extract(epoch FROM app_now()))::int AS now');
    for (const { accessToken } of signedIn) {
      const { iat, exp } = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as {
        iat: number;
        exp: number;
      };
      expect(iat).toBeGreaterThanOrEqual(before!.now);
      expect(iat).toBeLessThanOrEqual(after!.now);
      expect(exp - iat).toBe(300);
      expect(await me(accessToken)).toEqual([200, 200, 200]);
    }
    await installation.database.shiftClock(270);
    for (const { accessToken } of signedIn) expect(await me(accessToken)).toEqual([200, 200, 200]);
    await installation.database.shiftClock(301);
    for (const { accessToken } of signedIn) expect(await me(accessToken)).toEqual([401, 401, 401]);
  });

  it('agree on the grace of a refresh token', async () => {
    for (const first of apis) {
      await installation.database.shiftClock(0);
      const { refreshToken } = await installation.signIn(person, first);
      const { body } = await refresh(first, refreshToken);
      const repeated = await everywhere((api) => refresh(api, refreshToken));
      expect(repeated.map((answer) => answer.body.refreshToken)).toEqual(repeated.map(() => body.refreshToken));
      await installation.database.shiftClock(11);
      const late = await refresh(apis[1]!, refreshToken);
      expect([late.status, late.body.code]).toEqual([401, 'sessions.refresh_token_reused']);
      expect((await everywhere((api) => refresh(api, body.refreshToken))).map(({ status }) => status)).toEqual([
        401, 401, 401,
      ]);
    }
  });
});
