import { setTimeout as wait } from 'node:timers/promises';
import { PageBrowser } from '../api/support/page-browser.js';
import { type Authorization, redirectUri, RelyingParty, walk } from '../api/support/relying-party.js';
import { type Api, Installation, type Person } from './support/installation.js';

interface TokenAnswer {
  readonly status: number;
  readonly body: {
    readonly access_token?: string;
    readonly refresh_token?: string;
    readonly error?: string;
  };
}

const offline = { scope: 'openid email offline_access', prompt: 'consent' };

describe('tokens of the OpenID Provider over two processes', () => {
  let installation: Installation;
  let apis: readonly [Api, Api];
  let client: RelyingParty;
  let person: Person;
  let shift = 0;

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    apis = [installation.api(0), installation.api(1)];
    const sql = (text: string, values?: unknown[]): Promise<unknown> => installation.query(text, values);
    client = await RelyingParty.register({ url: installation.publicUrl, sql }, 'racing');
    person = await installation.newPerson();
  });

  afterAll(() => installation.stop());

  const pass = (seconds: number): Promise<void> => installation.database.shiftClock((shift += seconds));

  const post = async (api: Api, path: string, form: Record<string, string>): Promise<TokenAnswer> => {
    const body = new URLSearchParams({ client_id: client.id, ...form });
    const response = await fetch(api.url + path, { method: 'POST', body });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as TokenAnswer['body'] };
  };
  const refresh = (api: Api, token = ''): Promise<TokenAnswer> =>
    post(api, '/oidc/token', { grant_type: 'refresh_token', refresh_token: token });
  const redeem = (api: Api, { checks }: Authorization, answer: string): Promise<TokenAnswer> =>
    post(api, '/oidc/token', {
      grant_type: 'authorization_code',
      code: new URL(answer).searchParams.get('code') ?? '',
      code_verifier: checks.pkceCodeVerifier ?? '',
      redirect_uri: redirectUri,
    });
  const revoke = (api: Api, token = ''): Promise<TokenAnswer> => post(api, '/oidc/token/revocation', { token });
  const userinfo = async ({ url }: Api, token = ''): Promise<number> =>
    (await fetch(`${url}/oidc/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  /** As many at once, half of them in each process. */
  const race = <T>(many: number, work: (api: Api) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: many }, (_, at) => work(apis[at % 2 === 0 ? 0 : 1])));
  const won = (answers: readonly TokenAnswer[]): TokenAnswer[] => answers.filter(({ status }) => status === 200);
  const lost = (answers: readonly TokenAnswer[]): string[] => [
    ...new Set(answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.error}`)),
  ];
  const code = async (): Promise<{ authorization: Authorization; answer: string }> => {
    const authorization = await client.begin(offline);
    const browser = new PageBrowser(installation.publicUrl);
    return { authorization, answer: await walk(browser, authorization.address, person) };
  };
  const tokens = async (): Promise<TokenAnswer['body']> => {
    const { authorization, answer } = await code();
    const { status, body } = await redeem(apis[0], authorization, answer);
    expect(status).toBe(200);
    return body;
  };
  /** Nothing of what was handed out does anything, in any process. */
  const expectDead = async (...given: readonly TokenAnswer['body'][]): Promise<void> => {
    for (const api of apis) {
      for (const { access_token: access, refresh_token: token } of given) {
        expect(await userinfo(api, access)).toBe(401);
        expect(lost([await refresh(api, token)])).toEqual(['400 invalid_grant']);
      }
    }
  };
  const audited = (type: string): Promise<number> => installation.count(`audit_events WHERE type = '${type}'`);

  it('are one set for 50 that redeem one code at once, and a replay revokes it', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { authorization, answer } = await code();
      const answers = await race(50, (api) => redeem(api, authorization, answer));
      expect([won(answers).length, lost(answers)]).toEqual([1, ['400 invalid_grant']]);
      const given = won(answers)[0]!.body;
      expect(given).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
      await pass(5);
      expect(lost([await redeem(apis[1], authorization, answer)])).toEqual(['400 invalid_grant']);
      await expectDead(given);
    }
    expect(await audited('oauth.code_replayed')).toBe(4);
  });

  it('are good in both processes, until the code is used again in the other one', async () => {
    const { authorization, answer } = await code();
    const { body } = await redeem(apis[0], authorization, answer);
    for (const api of apis) expect(await userinfo(api, body.access_token)).toBe(200);
    expect(lost([await redeem(apis[1], authorization, answer)])).toEqual(['400 invalid_grant']);
    await expectDead(body);
  });

  it('go to one of 50 that refresh at once, nothing is revoked, and a true replay ends all', async () => {
    const reused = await audited('oauth.refresh_token_reused');
    for (let round = 0; round < 4; round += 1) {
      const first = await tokens();
      const answers = await race(50, (api) => refresh(api, first.refresh_token));
      expect([won(answers).length, lost(answers)]).toEqual([1, ['400 invalid_grant']]);
      const second = won(answers)[0]!.body;
      for (const api of apis) expect(await userinfo(api, second.access_token)).toBe(200);
      const [third] = won([await refresh(apis[1], second.refresh_token)]);
      expect(third).toBeDefined();
      expect(await audited('oauth.refresh_token_reused')).toBe(reused + round);
      await pass(6);
      expect(lost([await refresh(apis[0], first.refresh_token)])).toEqual(['400 invalid_grant']);
      await expectDead(first, second, third!.body);
    }
  });

  it('never end for a client whose two processes refresh at once, round after round', async () => {
    let token = (await tokens()).refresh_token;
    for (let round = 1; round <= 25; round += 1) {
      const answers = await race(2, (api) => refresh(api, token));
      expect([round, won(answers).length]).toEqual([round, 1]);
      token = won(answers)[0]!.body.refresh_token;
    }
  });

  it.each(['refresh_token', 'access_token'] as const)(
    'are all dead after a revocation of the %s that races refreshes',
    async (which) => {
      const winners = { revocation: 0, refresh: 0 };
      for (let round = 0; round < 30; round += 1) {
        const given = await tokens();
        const [a, b, revoked] = await Promise.all([
          wait((round % 6) * 3).then(() => refresh(apis[0], given.refresh_token)),
          wait((round % 6) * 3).then(() => refresh(apis[1], given.refresh_token)),
          wait((round % 5) * 4).then(() => revoke(apis[1], given[which])),
        ]);
        expect(revoked.status).toBe(200);
        const winning = won([a, b]);
        expect(winning.length).toBeLessThanOrEqual(1);
        winners[winning.length === 1 ? 'refresh' : 'revocation'] += 1;
        await expectDead(given, ...winning.map(({ body }) => body));
      }
      // Else the race was none, and the test would prove nothing.
      expect([winners.revocation > 0, winners.refresh > 0]).toEqual([true, true]);
    },
  );
});
