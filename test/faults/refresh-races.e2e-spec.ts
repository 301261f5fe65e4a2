import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../support/api-client.js';
import { until } from '../support/smtp.js';
import { type Api, Installation, type Person, type Tokens } from './support/installation.js';
import { TcpProxy } from './support/tcp-proxy.js';

const refresh = ({ client }: Api, refreshToken: string): Promise<Answer<Tokens & { code?: string }>> =>
  client.post('/v1/auth/refresh', { refreshToken });

const me = ({ client }: Api, bearer: string): Promise<Answer<object>> => client.get('/v1/me', { bearer });

const familyOf = (refreshToken: string): string => refreshToken.slice(0, 36);

describe('refresh tokens over two processes', () => {
  let installation: Installation;
  let one: Api;
  let two: Api;
  let person: Person;

  const tokensOf = (refreshToken: string, where = 'true'): Promise<number> =>
    installation.count(`refresh_tokens WHERE family_id = '${familyOf(refreshToken)}' AND ${where}`);

  /** Nothing that was ever given out for the family does anything, in any process. */
  const expectDead = async (...given: Partial<Tokens>[]): Promise<void> => {
    for (const api of [one, two]) {
      for (const { accessToken, refreshToken } of given) {
        if (refreshToken !== undefined) expect((await refresh(api, refreshToken)).status).toBe(401);
        if (accessToken !== undefined) expect((await me(api, accessToken)).status).toBe(401);
      }
    }
  };

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    [one, two] = [installation.api(0), installation.api(1)];
    person = await installation.newPerson();
  });

  let proxy: TcpProxy | undefined;

  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });

  afterAll(() => installation.stop());

  it('give 64 that refresh at once with one token one and the same successor, and one child row', async () => {
    const { refreshToken } = await installation.signIn(person);
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, at) => refresh(at % 2 === 0 ? one : two, refreshToken)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
    expect(await tokensOf(refreshToken)).toBe(2);
    expect(await tokensOf(refreshToken, 'generation = 1')).toBe(1);
    const used = await Promise.all(answers.map(({ body }, at) => me(at % 2 === 0 ? two : one, body.accessToken)));
    expect(used.every(({ status }) => status === 200)).toBe(true);
    expect((await refresh(two, answers[0]!.body.refreshToken)).status).toBe(200);
  });

  it('never sign out a client whose two processes refresh at once, round after round', async () => {
    let { refreshToken } = await installation.signIn(person);
    for (let round = 1; round <= 25; round += 1) {
      const [a, b] = await Promise.all([refresh(one, refreshToken), refresh(two, refreshToken)]);
      expect([round, a.status, b.status]).toEqual([round, 200, 200]);
      expect(b.body.refreshToken).toBe(a.body.refreshToken);
      refreshToken = a.body.refreshToken;
      expect(await tokensOf(refreshToken)).toBe(round + 1);
    }
  });

  it.each(['the access token', 'the refresh token'])(
    'are all dead after a sign-out by %s that races refreshes',
    async (by) => {
      const won = { signOut: 0, refresh: 0 };
      for (let round = 0; round < 30; round += 1) {
        const tokens = await installation.signIn(person);
        const signOut = (): Promise<Answer<object>> =>
          by === 'the access token'
            ? two.client.post('/v1/auth/logout', {}, { bearer: tokens.accessToken })
            : two.client.post('/v1/auth/logout', { refreshToken: tokens.refreshToken });
        const [a, b, out] = await Promise.all([
          wait((round % 6) * 3).then(() => refresh(one, tokens.refreshToken)),
          wait((round % 6) * 3).then(() => refresh(two, tokens.refreshToken)),
          wait((round % 5) * 3).then(signOut),
        ]);
        expect(out.status).toBe(204);
        for (const { status } of [a, b]) expect([200, 401]).toContain(status);
        won[a.status === 200 && b.status === 200 ? 'refresh' : 'signOut'] += 1;
        await expectDead(tokens, ...[a, b].filter(({ status }) => status === 200).map(({ body }) => body));
      }
      // Else the race was none, and the test would prove nothing.
      expect([won.signOut > 0, won.refresh > 0]).toEqual([true, true]);
    },
  );

  it('are all dead after a replay that races the refresh of the newest, and the owner is told once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const first = await installation.signIn(person);
      const second = (await refresh(one, first.refreshToken)).body;
      const third = (await refresh(two, second.refreshToken)).body;
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, (_, at) => refresh(at % 2 === 0 ? one : two, first.refreshToken)),
        wait(round % 3).then(() => refresh(two, third.refreshToken)),
      ]);
      const newest = answers.pop()!;
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      expect(answers.some(({ body }) => body.code === 'sessions.refresh_token_reused')).toBe(true);
      await expectDead(first, second, third, newest.status === 200 ? newest.body : {});
      expect(
        await installation.count(
          `audit_events WHERE type = 'sessions.refresh_token_reused' AND data->>'familyId' = '${familyOf(first.refreshToken)}'`,
        ),
      ).toBe(1);
    }
    expect(await installation.count(`mails WHERE kind = 'security_alert'`)).toBe(10);
  });

  it('survive a process that is killed after its answer and before the client has it: a retry gives the same', async () => {
    const { refreshToken } = await installation.signIn(person);
    const doomed = await installation.startApi();
    const lost = await refresh(doomed, refreshToken);
    await doomed.process.kill();
    const retried = await refresh(two, refreshToken);
    expect(retried.status).toBe(200);
    expect(retried.body.refreshToken).toBe(lost.body.refreshToken);
    expect(await tokensOf(refreshToken)).toBe(2);
  });

  it('survive a process that is killed between the commit and its answer', async () => {
    const { hostname, port, href } = new URL(installation.database.url);
    proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
    const proxied = new URL(href);
    proxied.port = String(proxy.port);
    const doomed = await installation.startApi({ GATEHOUSE_DATABASE_URL: proxied.href });
    const { refreshToken } = await installation.signIn(person);
    proxy.holdAnswers();
    const unanswered = refresh(doomed, refreshToken).then(
      () => 'answered',
      () => 'cut',
    );
    await until('the commit', async () => (await tokensOf(refreshToken, 'consumed_at IS NOT NULL')) === 1);
    await doomed.process.kill();
    expect(await unanswered).toBe('cut');
    const [retried, again] = [await refresh(two, refreshToken), await refresh(one, refreshToken)];
    expect([retried.status, again.status]).toEqual([200, 200]);
    expect(again.body.refreshToken).toBe(retried.body.refreshToken);
    expect(await tokensOf(refreshToken)).toBe(2);
    expect((await refresh(one, retried.body.refreshToken)).status).toBe(200);
  });
});
