import { formatUserId } from '@app/users';
import type { Answer } from '../support/api-client.js';
import { withClient } from '../support/databases.js';
import { PasskeyAuthenticator, type PublicKeyOptions } from '../support/passkey-authenticator.js';
import { codeAt } from '../support/second-factors.js';
import { readMessage, until } from '../support/smtp.js';
import { type Api, Installation, type Person, type Tokens } from './support/installation.js';
import { linkToken } from './support/links.js';

interface Result extends Partial<Tokens> {
  readonly status?: string;
  readonly code?: string;
  readonly challenge?: { readonly id: string };
}

/** The last request of a sign-in; all before it has been done. */
type LastStep = () => Promise<Answer<Result>>;

const sentence = (n: number): string => `meadow lantern hollow ${n}`;

describe('sign-ins while their account is secured, over two processes', () => {
  let installation: Installation;
  let one: Api;
  let two: Api;
  let admin: string;

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    [one, two] = [installation.api(0), installation.api(1)];
    const root = await installation.newPerson();
    await installation.query(`UPDATE users SET roles = '{admin}' WHERE email = $1`, [root.email]);
    admin = (await installation.signIn(root)).accessToken;
  });

  afterAll(() => installation.stop());

  const times = <T>(many: number, make: (at: number) => T): T[] => Array.from({ length: many }, (_, at) => make(at));
  const userIdOf = async ({ email }: Person): Promise<string> => {
    const [row] = await installation.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]);
    return row!.id;
  };
  const setStatus = async (person: Person, verb: 'disable' | 'enable'): Promise<number> => {
    const path = `/v1/admin/users/${formatUserId(await userIdOf(person))}/${verb}`;
    return (await two.client.post(path, undefined, { bearer: admin })).status;
  };
  const lives = async (bearer: string): Promise<boolean> => (await one.client.get('/v1/me', { bearer })).status === 200;
  const liveSessions = ({ email }: Person): Promise<number> =>
    installation.count(`sessions s JOIN users u ON u.id = s.user_id WHERE u.email = '${email}' AND s.ended_at IS NULL`);
  const outcome = ({ status, body }: Answer<Result>): string => `${status} ${body?.code ?? body?.status ?? ''}`.trim();
  const login = ({ client }: Api, { email: identifier, password }: Person): Promise<Answer<Result>> =>
    client.post<Result>('/v1/auth/login', { identifier, password });
  /** Six at once, from both processes, begun a little after one another so that some are in every stage. */
  const logins = (person: Person): Promise<Answer<Result>[]> =>
    Promise.all(
      times(6, async (at) => {
        await new Promise((resolve) => setTimeout(resolve, at));
        return login(at % 2 ? one : two, person);
      }),
    );
  const tokensOf = (answers: readonly Answer<Result>[]): string[] =>
    answers.flatMap(({ body }) => (body.accessToken === undefined ? [] : [body.accessToken]));
  const mailedLink = async ({ email }: Person, kind: string, nth = 1): Promise<string> => {
    let token: string | undefined;
    await until(`${kind} mail ${nth} to ${email}`, async () => {
      const mails = await Promise.all(installation.smtp.to(email).map(readMessage));
      const found = mails.filter(({ text }) => text?.includes(`/link/${kind}/`))[nth - 1];
      token = found && linkToken(found, kind);
      return token !== undefined;
    });
    return token!;
  };

  const byPassword = (person: Person): Promise<LastStep> => Promise.resolve(() => login(one, person));
  const byPasskey = async (person: Person): Promise<LastStep> => {
    const { client } = one;
    const bearer = (await installation.signIn(person)).accessToken;
    const authenticator = new PasskeyAuthenticator(installation.settings()['GATEHOUSE_PUBLIC_URL']!);
    const options = async (path: string): Promise<PublicKeyOptions> =>
      (await client.post<{ publicKey: PublicKeyOptions }>(path, undefined, { bearer })).body.publicKey;
    const created = authenticator.create(await options('/v1/me/passkeys/options'));
    expect((await client.post('/v1/me/passkeys', { response: created }, { bearer })).status).toBe(201);
    const { body } = await client.post<{ publicKey: PublicKeyOptions }>('/v1/auth/passkey/options', {});
    const response = authenticator.get(body.publicKey);
    return () => client.post<Result>('/v1/auth/passkey/verify', { response });
  };
  const enrolled = async (person: Person): Promise<{ challengeId: string; secret: string; backupCodes: string[] }> => {
    const bearer = (await installation.signIn(person)).accessToken;
    const { secret } = (await one.client.post<{ secret: string }>('/v1/me/totp', undefined, { bearer })).body;
    const code = codeAt(secret, (await step()) - 1);
    const confirmed = await one.client.post<{ backupCodes: string[] }>('/v1/me/totp/confirm', { code }, { bearer });
    expect(confirmed.status).toBe(200);
    const challengeId = (await login(one, person)).body.challenge!.id;
    return { challengeId, secret, backupCodes: confirmed.body.backupCodes };
  };
  const step = async (): Promise<number> => {
    const text = 'SELECT floor(extract(epoch FROM app_now()) / 30)::int AS step';
    return (await installation.query<{ step: number }>(text))[0]!.step;
  };
  const byCode = async (person: Person): Promise<LastStep> => {
    const { challengeId, secret } = await enrolled(person);
    const code = codeAt(secret, await step());
    return () => one.client.post<Result>('/v1/auth/mfa/verify', { challengeId, method: 'totp', code });
  };
  const byBackupCode = async (person: Person): Promise<LastStep> => {
    const { challengeId, backupCodes } = await enrolled(person);
    const answer = { challengeId, method: 'backup_code', code: backupCodes[0] };
    return () => one.client.post<Result>('/v1/auth/mfa/verify', answer);
  };
  const byLink = async (person: Person): Promise<LastStep> => {
    const { email } = person;
    const { body } = await one.client.post<{ binding: string }>('/v1/auth/magic-link', { email });
    const answer = { token: await mailedLink(person, 'magic'), binding: body.binding };
    return () => one.client.post<Result>('/v1/auth/magic-link/redeem', answer);
  };
  const ways: readonly [string, (person: Person) => Promise<LastStep>, string][] = [
    ['a password', byPassword, '401 authentication.credentials_wrong'],
    ['a passkey', byPasskey, '401 authentication.passkey_refused'],
    ['a code of an app', byCode, '410 authentication.challenge_expired'],
    ['a backup code', byBackupCode, '410 authentication.challenge_expired'],
    ['a link by mail', byLink, '400 tokens.invalid'],
  ];

  /** Both at once, in this order: each comes as far as the account's row, which is held until both wait for it. */
  const queue = async <A, B>(
    person: Person,
    first: () => Promise<A>,
    second: () => Promise<B>,
  ): Promise<readonly [A, B]> => {
    const id = await userIdOf(person);
    const locked = 'pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = current_database()';
    const waiting = (count: number): Promise<void> =>
      until(`${count} that wait`, async () => (await installation.count(locked)) >= count);
    return withClient(installation.database.ownerUrl, async (holder) => {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [id]);
      const begun = first();
      await waiting(1);
      const next = second();
      await waiting(2);
      await holder.query('COMMIT');
      return Promise.all([begun, next]);
    });
  };

  it.each(ways)('refuse %s, right as it is, when disabling came first', async (_, prepare, refusal) => {
    const person = await installation.newPerson();
    const finish = await prepare(person);
    const failures = `audit_events WHERE type IN ('authentication.sign_in_failed', 'authentication.second_factor_failed')`;
    const failuresBefore = await installation.count(failures);
    const [disabled, answer] = await queue(person, () => setStatus(person, 'disable'), finish);
    expect([disabled, outcome(answer)]).toEqual([200, refusal]);
    expect(await setStatus(person, 'enable')).toBe(200);
    expect(await liveSessions(person)).toBe(0);
    expect(await installation.count(failures)).toBe(failuresBefore + 1);
    // What was begun before is over for good; what proves all anew is a sign-in of after.
    expect(outcome(await finish())).toBe(refusal.startsWith('401') ? '200 authenticated' : refusal);
  });

  it.each(ways)('end the session of %s, when it came first', async (_, prepare) => {
    const person = await installation.newPerson();
    const finish = await prepare(person);
    const [answer, disabled] = await queue(person, finish, () => setStatus(person, 'disable'));
    expect([outcome(answer), disabled]).toEqual(['200 authenticated', 200]);
    expect(await setStatus(person, 'enable')).toBe(200);
    expect(await liveSessions(person)).toBe(0);
    expect(await lives(answer.body.accessToken!)).toBe(false);
  });

  it('take no other address and no factor from a session that was ended first', async () => {
    const person = await installation.newPerson();
    const addApp = async (bearer: string): Promise<LastStep> => {
      const { secret } = (await one.client.post<{ secret: string }>('/v1/me/totp', undefined, { bearer })).body;
      const code = codeAt(secret, await step());
      return () => one.client.post<Result>('/v1/me/totp/confirm', { code }, { bearer });
    };
    const move = (bearer: string): Promise<LastStep> => {
      const change = { email: 'elsewhere@example.test', currentPassword: person.password };
      return Promise.resolve(() => one.client.post<Result>('/v1/me/email', change, { bearer }));
    };
    const sessions = `/v1/admin/users/${formatUserId(await userIdOf(person))}/sessions`;
    const endAll = (): Promise<Answer<object>> => two.client.delete(sessions, undefined, { bearer: admin });
    for (const prepare of [addApp, move]) {
      const change = await prepare((await installation.signIn(person)).accessToken);
      const [ended, answer] = await queue(person, endAll, change);
      expect([ended.status, outcome(answer)]).toEqual([204, '401 sessions.access_ended']);
    }
    expect((await login(one, person)).body.status).toBe('authenticated');
    expect(await installation.count(`one_time_tokens WHERE purpose = 'email_change'`)).toBe(0);
  });

  it('leave no session of before, however often and closely an account is disabled meanwhile', async () => {
    const person = await installation.newPerson();
    const seen = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      const [answers, disabled] = await Promise.all([logins(person), setStatus(person, 'disable')]);
      expect(disabled).toBe(200);
      expect(await setStatus(person, 'enable')).toBe(200);
      expect(await liveSessions(person)).toBe(0);
      for (const bearer of tokensOf(answers)) expect(await lives(bearer)).toBe(false);
      answers.forEach((answer) => seen.add(outcome(answer)));
    }
    // Which of them came too late is a matter of luck; nothing else may come of it.
    expect(['200 authenticated', '401 authentication.credentials_wrong']).toEqual(expect.arrayContaining([...seen]));
    expect(seen).toContain('200 authenticated');
  });

  it('leave no session of the old password while it is changed, and keep the one that changed it', async () => {
    const seen = new Set<string>();
    let person = await installation.newPerson();
    for (let round = 0; round < 24; round += 1) {
      // Somebody may try to change theirs ten times in ten minutes.
      if (round % 8 === 0) person = await installation.newPerson();
      const bearer = (await installation.signIn(person)).accessToken;
      const newPassword = sentence(round);
      const change = { currentPassword: person.password, newPassword };
      const [answers, changed] = await Promise.all([
        logins(person),
        two.client.post('/v1/me/password', change, { bearer }),
      ]);
      expect(changed.status).toBe(204);
      expect(await liveSessions(person)).toBe(1);
      expect(await lives(bearer)).toBe(true);
      answers.forEach((answer) => seen.add(outcome(answer)));
      person = { ...person, password: newPassword };
    }
    expect([...seen].sort()).toEqual(['200 authenticated', '401 authentication.credentials_wrong']);
  });

  it('leave no session of the old password while it is reset', async () => {
    let person = await installation.newPerson();
    for (let round = 1; round <= 4; round += 1) {
      await one.client.post('/v1/auth/password/forgot', { email: person.email });
      const token = await mailedLink(person, 'reset-password', round);
      const newPassword = sentence(round);
      const [answers, reset] = await Promise.all([
        logins(person),
        two.client.post('/v1/auth/password/reset', { token, newPassword }),
      ]);
      expect(reset.status).toBeLessThan(300);
      expect(await liveSessions(person)).toBe(0);
      for (const bearer of tokensOf(answers)) expect(await lives(bearer)).toBe(false);
      person = { ...person, password: newPassword };
    }
  });

  it('let one of two change the password who know it, and end the other', async () => {
    let person = await installation.newPerson();
    for (let round = 0; round < 5; round += 1) {
      const bearers = (await Promise.all([installation.signIn(person), installation.signIn(person)])).map(
        ({ accessToken }) => accessToken,
      );
      const answers = await Promise.all(
        bearers.map((bearer, at) =>
          (at ? one : two).client.post<Result>(
            '/v1/me/password',
            { currentPassword: person.password, newPassword: sentence(10 * round + at) },
            { bearer },
          ),
        ),
      );
      const winner = answers.findIndex(({ status }) => status === 204);
      expect([401, 403]).toContain(answers[1 - winner]!.status);
      expect(await lives(bearers[winner]!)).toBe(true);
      expect(await liveSessions(person)).toBe(1);
      person = { ...person, password: sentence(10 * round + winner) };
      expect((await login(one, person)).status).toBe(200);
    }
  });
});
