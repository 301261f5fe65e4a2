import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, type Visit } from '../support/people.js';
import {
  answerChallenge,
  type Authenticator,
  beginSignIn,
  enrolTotp,
  signInWithCode,
  stepUp,
} from '../support/second-factors.js';

describe(`backup codes, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  interface Owner extends Visit {
    readonly authenticator: Authenticator;
    readonly backupCodes: readonly string[];
  }

  const owner = async (): Promise<Owner> => {
    const visit = await arrive(app);
    return { ...visit, ...(await enrolTotp(app, visit.api)) };
  };
  const status = async ({ api }: Visit): Promise<object> => (await api.get('/v1/me/backup-codes')).body;
  const withCode = async (person: Visit, code: string): ReturnType<typeof answerChallenge> =>
    answerChallenge(app.api, (await beginSignIn(app, person)).id, code, 'backup_code');
  const alertTexts = async ({ email }: Visit, subject: RegExp, count: number): Promise<string[]> => {
    for (let nth = 1; ; nth += 1) {
      await app.mailbox.waitFor(email, 'securityAlert', nth);
      const found = (await app.mailbox.of(email, 'securityAlert')).filter((mail) => subject.test(mail.subject));
      if (found.length >= count) return found.map(({ text }) => text);
    }
  };

  it('come with the first second factor: ten, in groups that people can read', async () => {
    const ada = await arrive(app);
    expect(await status(ada)).toEqual({ total: 0, remaining: 0, createdAt: null });
    const { backupCodes } = await enrolTotp(app, ada.api);
    expect(new Set(backupCodes).size).toBe(10);
    for (const code of backupCodes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(await status(ada)).toEqual({ total: 10, remaining: 10, createdAt: expect.any(String) as string });
  });

  it('are stored by argon2id', async () => {
    const ada = await owner();
    const rows = await app.sql<{ hash: string }>(
      'SELECT b.hash FROM backup_codes b JOIN users u ON u.id = b.user_id WHERE u.email = $1',
      [ada.email],
    );
    expect(rows).toHaveLength(10);
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$/);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(10);
  });

  it('sign in once each in the place of the lost factor, and the owner is told how many are left', async () => {
    const ada = await owner();
    const [first, second] = ada.backupCodes as [string, string];
    const session = accepted(await withCode(ada, first), 200);
    const current = await app.api.as(session.accessToken).get('/v1/me/sessions/current');
    expect(current.body).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:gatehouse:acr:2fa' });
    expect(await status(ada)).toMatchObject({ total: 10, remaining: 9 });
    const [mail] = await alertTexts(ada, /backup code .* was used/, 1);
    expect(mail).toContain('You have 9 backup codes left.');
    expect(mail).not.toContain('few');
    expect(refusal(await withCode(ada, first))).toBe('401 authentication.code_wrong');
    accepted(await withCode(ada, second), 200);
  });

  it('are taken as people type them', async () => {
    const ada = await owner();
    const [code] = ada.backupCodes as [string];
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `;
    accepted(await withCode(ada, typed), 200);
  });

  it('are said to be few when three are left, and are no longer offered when none is', async () => {
    const ada = await owner();
    await app.sql(
      `UPDATE backup_codes SET used_at = app_now() WHERE user_id = (SELECT id FROM users WHERE email = $1)
       AND selector <> ALL ($2)`,
      [ada.email, ada.backupCodes.slice(0, 4).map((code) => code.slice(0, 4))],
    );
    const [first, ...rest] = ada.backupCodes.slice(0, 4) as [string, ...string[]];
    accepted(await withCode(ada, first), 200);
    const [mail] = await alertTexts(ada, /backup code .* was used/, 1);
    expect(mail).toContain('You have 3 backup codes left. That is few: make new ones soon.');
    for (const code of rest) accepted(await withCode(ada, code), 200);
    const challenge = await beginSignIn(app, ada);
    expect(challenge.methods).toEqual(['totp']);
    const refused = await answerChallenge(app.api, challenge.id, first, 'backup_code');
    expect(refusal(refused)).toBe('400 authentication.method_not_offered');
    expect(refused.body).toMatchObject({ methods: ['totp'] });
    expect(await status(ada)).toMatchObject({ total: 10, remaining: 0 });
  });

  it('are made anew, after a fresh sign-in; the old ones end and the owner is told', async () => {
    const ada = await owner();
    expect(refusal(await ada.api.post('/v1/me/backup-codes'))).toBe('403 authentication.step_up_required');
    const fresh = await stepUp(app, ada, await ada.authenticator.nextCode());
    const { backupCodes } = accepted(await fresh.api.post<{ backupCodes: string[] }>('/v1/me/backup-codes'), 200);
    expect(backupCodes).toHaveLength(10);
    await alertTexts(ada, /new backup codes/, 1);
    expect(refusal(await withCode(ada, ada.backupCodes[0]!))).toBe('401 authentication.code_wrong');
    accepted(await withCode(ada, backupCodes[0]!), 200);
  });

  it('are made anew ending the other sessions, where that is wished', async () => {
    const ada = await owner();
    const other = app.api.as((await signInWithCode(app, ada, await ada.authenticator.nextCode())).accessToken);
    const fresh = await stepUp(app, ada, await ada.authenticator.nextCode());
    accepted(await fresh.api.post('/v1/me/backup-codes', { endOtherSessions: true }), 200);
    expect((await other.get('/v1/me')).status).toBe(401);
    accepted(await fresh.api.get('/v1/me'), 200);
  });

  it('are a way to step up', async () => {
    const ada = await owner();
    const fresh = await stepUp(app, ada, ada.backupCodes[0]!, 'backup_code');
    accepted(await fresh.api.post('/v1/me/backup-codes'), 200);
  });

  it('need something to stand in for', async () => {
    const ada = await arrive(app);
    expect(refusal(await ada.api.post('/v1/me/backup-codes'))).toBe('409 mfa.no_second_factor');
  });

  it('cost one hash, whether a code begins like one of the account or not', async () => {
    const ada = await owner();
    const [code] = ada.backupCodes as [string];
    const known = `${code.slice(0, 4)}-0000-0000-0000`;
    const unknown = `${differentFrom(ada.backupCodes)}-0000-0000-0000`;
    const { id } = await beginSignIn(app, ada);
    const [one, other] = [known, unknown].map((typed) => () => answerChallenge(app.api, id, typed, 'backup_code'));
    const works = [await app.statements.during(one!), await app.statements.during(other!)];
    for (const { result, hashes } of works) {
      expect([refusal(result), hashes]).toEqual(['401 authentication.code_wrong', 1]);
    }
    expect(works[0]!.statements).toEqual(works[1]!.statements);
  });

  it('of one account are worth nothing to another', async () => {
    const [ada, eve] = [await owner(), await owner()];
    expect(refusal(await withCode(eve, ada.backupCodes[0]!))).toBe('401 authentication.code_wrong');
    expect(await status(ada)).toMatchObject({ remaining: 10 });
  });

  it('and codes of the app do not do for each other', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    const code = await ada.authenticator.nextCode();
    const refused = await answerChallenge(app.api, id, code, 'backup_code');
    expect(refusal(refused)).toBe('401 authentication.code_wrong');
    expect(refusal(await answerChallenge(app.api, id, ada.backupCodes[0]!))).toBe('401 authentication.code_wrong');
    expect((await signInWithCode(app, ada, code)).status).toBe('authenticated');
  });
});

/** A beginning that none of the codes has. */
function differentFrom(codes: readonly string[]): string {
  const beginnings = ['0000', '1111', '2222', '3333', '4444', '5555', '6666', '7777', '8888', '9999', 'aaaa'];
  return beginnings.find((beginning) => codes.every((code) => !code.startsWith(beginning)))!;
}
