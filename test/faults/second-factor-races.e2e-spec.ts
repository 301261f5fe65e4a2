import type { Answer } from '../support/api-client.js';
import { codeAt } from '../support/second-factors.js';
import { type Api, Installation, type Person } from './support/installation.js';

interface Result {
  readonly status?: string;
  readonly code?: string;
  readonly challenge?: { readonly id: string };
}

describe('second factors over two processes', () => {
  let installation: Installation;
  let one: Api;
  let two: Api;

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    [one, two] = [installation.api(0), installation.api(1)];
  });

  afterAll(() => installation.stop());

  const step = async (): Promise<number> => {
    const text = 'SELECT floor(extract(epoch FROM app_now()) / 30)::int AS step';
    return (await installation.query<{ step: number }>(text))[0]!.step;
  };
  const owner = async (): Promise<{ person: Person; secret: string; backupCodes: string[] }> => {
    const person = await installation.newPerson();
    const bearer = (await installation.signIn(person)).accessToken;
    const { secret } = (await one.client.post<{ secret: string }>('/v1/me/totp', undefined, { bearer })).body;
    const confirmed = await one.client.post<{ backupCodes: string[] }>(
      '/v1/me/totp/confirm',
      { code: codeAt(secret, (await step()) - 1) },
      { bearer },
    );
    expect(confirmed.status).toBe(200);
    return { person, secret, backupCodes: confirmed.body.backupCodes };
  };
  const begin = async ({ email: identifier, password }: Person, { client }: Api): Promise<string> => {
    const { body } = await client.post<Result>('/v1/auth/login', { identifier, password });
    return body.challenge!.id;
  };
  const answer = ({ client }: Api, challengeId: string, method: string, code: string): Promise<Answer<Result>> =>
    client.post<Result>('/v1/auth/mfa/verify', { challengeId, method, code });
  const sessionsOf = ({ email }: Person): Promise<number> =>
    installation.count(
      `sessions s JOIN users u ON u.id = s.user_id WHERE u.email = '${email}' AND 'mfa' = ANY (s.amr)`,
    );
  const outcomes = (answers: readonly Answer<Result>[]): string[] =>
    answers.map(({ status, body }) => `${status} ${body.code ?? body.status ?? ''}`).sort();

  /** The same code at the same moment, for as many challenges, half of them in each process. */
  const race = async (person: Person, method: string, code: string, many = 8): Promise<string[]> => {
    const apis = Array.from({ length: many }, (_, at) => (at % 2 === 0 ? one : two));
    const challenges = await Promise.all(apis.map((api) => begin(person, api)));
    return outcomes(await Promise.all(apis.map((api, at) => answer(api, challenges[at]!, method, code))));
  };
  const oneOf = (many: number): string[] => [
    '200 authenticated',
    ...Array.from({ length: many - 1 }, () => '401 authentication.code_wrong'),
  ];

  it('take one code of an app once, however many give it at the same moment', async () => {
    const { person, secret } = await owner();
    expect(await race(person, 'totp', codeAt(secret, await step()))).toEqual(oneOf(8));
    expect(await sessionsOf(person)).toBe(1);
  });

  it('take one backup code once, however many give it at the same moment', async () => {
    const { person, backupCodes } = await owner();
    expect(await race(person, 'backup_code', backupCodes[0]!)).toEqual(oneOf(8));
    expect(await sessionsOf(person)).toBe(1);
    expect(
      await installation.count(`backup_codes b JOIN users u ON u.id = b.user_id
      WHERE u.email = '${person.email}' AND b.used_at IS NOT NULL`),
    ).toBe(1);
  });

  it('know that no backup code is left, when all are used at the same moment', async () => {
    const { person, backupCodes } = await owner();
    const challenges = await Promise.all(backupCodes.map((_, at) => begin(person, at % 2 ? one : two)));
    const answers = await Promise.all(
      backupCodes.map((code, at) => answer(at % 2 ? two : one, challenges[at]!, 'backup_code', code)),
    );
    expect(outcomes(answers)).toEqual(backupCodes.map(() => '200 authenticated'));
    const text = 'SELECT second_factors AS held FROM users WHERE email = $1';
    expect(await installation.query(text, [person.email])).toEqual([{ held: ['totp'] }]);
  });

  it('take one answer to a challenge, whichever factors give right ones at the same moment', async () => {
    const { person, secret, backupCodes } = await owner();
    const id = await begin(person, one);
    const answers = await Promise.all([
      answer(one, id, 'totp', codeAt(secret, await step())),
      answer(two, id, 'backup_code', backupCodes[0]!),
      answer(two, id, 'backup_code', backupCodes[1]!),
    ]);
    expect(outcomes(answers)).toEqual([
      '200 authenticated',
      '410 authentication.challenge_used',
      '410 authentication.challenge_used',
    ]);
    expect(await sessionsOf(person)).toBe(1);
    // What lost was not used up.
    const used = await installation.count(`backup_codes b JOIN users u ON u.id = b.user_id
      WHERE u.email = '${person.email}' AND b.used_at IS NOT NULL`);
    expect(used).toBe(answers[0]!.status === 200 ? 0 : 1);
  });

  it('compare no more than five answers to a challenge, however many come at the same moment', async () => {
    const { person } = await owner();
    const id = await begin(person, one);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => answer(at % 2 === 0 ? one : two, id, 'totp', '000000')),
    );
    expect(outcomes(answers)).toEqual([
      ...Array.from({ length: 5 }, () => '401 authentication.code_wrong'),
      ...Array.from({ length: 15 }, () => '410 authentication.challenge_exhausted'),
    ]);
  });

  it('compare no more than thirty answers of an account, over however many challenges', async () => {
    const { person } = await owner();
    const challenges = await Promise.all(Array.from({ length: 10 }, (_, at) => begin(person, at % 2 ? one : two)));
    const answers = await Promise.all(
      challenges.flatMap((id) =>
        Array.from({ length: 5 }, (_, at) => answer(at % 2 ? one : two, id, 'totp', '000000')),
      ),
    );
    expect(outcomes(answers)).toEqual([
      ...Array.from({ length: 30 }, () => '401 authentication.code_wrong'),
      ...Array.from({ length: 20 }, () => '429 limits.throttled'),
    ]);
  });

  it('give one set of backup codes to who confirms twice at the same moment', async () => {
    const person = await installation.newPerson();
    const bearer = (await installation.signIn(person)).accessToken;
    const { secret } = (await one.client.post<{ secret: string }>('/v1/me/totp', undefined, { bearer })).body;
    const code = codeAt(secret, await step());
    const answers = await Promise.all(
      [one, two].map(({ client }) => client.post<Result>('/v1/me/totp/confirm', { code }, { bearer })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const made = installation.count(
      `backup_codes b JOIN users u ON u.id = b.user_id WHERE u.email = '${person.email}'`,
    );
    expect(await made).toBe(10);
  });
});
