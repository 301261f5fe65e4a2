import { randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, registerAndVerify, signIn, someone } from '../support/people.js';
import { answerChallenge, Authenticator, beginSignIn, enrolTotp, signInWithCode } from '../support/second-factors.js';
import { Imports } from './support/imports.js';
import { ownPage } from './support/indieauth-client.js';
import { arriveWithPasskey, signInByPasskey } from './support/passkeys.js';

const unique = randomBytes(3).toString('hex');
const at = (name: string): string => `${name}.${unique}@import.test`;
const bcrypt = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';

type Line = Record<string, unknown> & { readonly email: string };

describe(`exporting users, queue on ${queueBackend}`, () => {
  let app: App;
  let other: App;
  let here: Imports;
  let there: Imports;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    other = await startApp({ queue: queueBackend });
    [here, there] = [await Imports.of(app), await Imports.of(other)];
  });

  afterAll(async () => {
    await here.close();
    await there.close();
    await other.stop();
    await app.stop();
  });

  /** Without the sessions, which stay where they are. */
  const withoutSessions = (lines: readonly string[]): object[] =>
    lines.map((line) => {
      const { sessions: _, ...others } = JSON.parse(line) as Line;
      return others;
    });
  const lineOf = async (email: string, withSecrets: boolean): Promise<Line> => {
    const lines = (await here.exported(withSecrets)).map((line) => JSON.parse(line) as Line);
    const found = lines.find((line) => line.email === email);
    if (!found) throw new Error(`${email} is not in the export`);
    return found;
  };

  it('gives back all it took, so that an export and an import bring the same accounts to another installation', async () => {
    await here.run([
      { email: at('own'), emailVerified: true, name: 'Ada', groups: ['founders', 'analysts'], roles: ['editor'] },
      { email: at('foreign'), emailVerified: true, password: { hash: bcrypt } },
      { email: at('off'), disabled: true, mustChangePassword: true, password: { hash: bcrypt } },
    ]);
    const known = await registerAndVerify(app, someone('known'));
    const first = await here.exported();
    expect(first).toHaveLength(4);
    expect((await there.run(first)).counts).toMatchObject({ lines: 4, imported: 4 });
    expect(await there.exported()).toEqual(first);
    await signIn(other, { email: at('foreign'), password: 'U*U*' });
    await signIn(other, known);
    const events = await app.sql(`SELECT type, data FROM audit_events WHERE type LIKE 'users.export%' ORDER BY id`);
    expect(events).toEqual([
      { type: 'users.export_started', data: { withSecrets: false } },
      { type: 'users.exported', data: { withSecrets: false, users: 4 } },
    ]);
  });

  it('brings authenticator app and backup codes along where secrets are asked for, used codes as used', async () => {
    const ada = await arrive(app, someone('app'));
    const { authenticator, backupCodes } = await enrolTotp(app, ada.api);
    const [used = '', unused = ''] = backupCodes;
    await signInWithCode(app, ada, used, 'backup_code');

    const line = await lineOf(ada.email, true);
    expect(line).toMatchObject({ totp: { secret: authenticator.secret }, secondFactors: ['totp', 'backup_code'] });
    expect((await there.run([line])).counts).toMatchObject({ imported: 1 });
    expect(withoutSessions(await there.exported(true))).toContainEqual(withoutSessions([JSON.stringify(line)])[0]);

    const moved = new Authenticator(other, authenticator.secret);
    await signInWithCode(other, ada, await moved.code());
    await signInWithCode(other, ada, unused, 'backup_code');
    const { id } = await beginSignIn(other, ada);
    expect(refusal(await answerChallenge(other.api, id, used, 'backup_code'))).toBe('401 authentication.code_wrong');
  });

  it('keeps the secrets of second factors back unless asked, and then no import makes the account weaker', async () => {
    const ada = await arrive(app, someone('weaker'));
    const { authenticator } = await enrolTotp(app, ada.api);
    expect((await here.exported()).join()).not.toContain(authenticator.secret);
    const line = await lineOf(ada.email, false);
    expect(line).toMatchObject({ secondFactors: ['totp', 'backup_code'] });
    expect(line).not.toHaveProperty('totp');
    expect(line).not.toHaveProperty('backupCodes');
    expect((await there.run([line])).refusals).toMatchObject([{ line: 1, code: 'import.factors_missing' }]);

    const { secondFactors: _, ...without } = line;
    expect((await there.run([without])).counts).toMatchObject({ imported: 1 });
    await signIn(other, ada);
  });

  it('brings passkeys along, which go on working for the same host name', async () => {
    const ada = await arriveWithPasskey(app);
    const line = await lineOf(ada.email, true);
    expect(line).toMatchObject({ passkeys: [{ name: 'Laptop', relyingParty: '127.0.0.1' }] });
    expect((await there.run([line])).counts).toMatchObject({ imported: 1 });
    expect(withoutSessions(await there.exported(true))).toContainEqual(withoutSessions([JSON.stringify(line)])[0]);
    expect((await beginSignIn(other, ada)).methods).toContain('passkey');
    accepted(await signInByPasskey(other, ada.authenticator, { origin: other.url }), 200);

    const twin = { ...line, id: 'babab-babab-babab-babab', email: at('twin') };
    expect((await there.run([twin])).refusals).toMatchObject([{ line: 1, code: 'import.passkey_taken' }]);
  });

  it('tells which pages people have proved, which are proved anew elsewhere', async () => {
    const ada = await arrive(app, someone('page'));
    const pages = [`https://one.${unique}.example.test/`, `https://two.${unique}.example.test/`] as const;
    for (const page of pages) await ownPage(app, ada, page);
    await app.sql('UPDATE indieauth_domains SET lapsed_at = app_now() WHERE me = $1', [pages[1]]);
    accepted(await ada.api.post('/v1/me/domains', { me: `https://unproved.${unique}.example.test/` }), 201);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const line = await lineOf(ada.email, false);
    expect(line['domains']).toEqual([
      { me: pages[0], verifiedAt: time },
      { me: pages[1], verifiedAt: time, lapsedAt: time },
    ]);
    expect((await there.run([line])).counts).toMatchObject({ imported: 1 });
    expect(await other.sql('SELECT FROM indieauth_domains')).toEqual([]);
  });

  it('tells where people are signed in, which lets nobody in elsewhere', async () => {
    const ada = await arrive(app, someone('signed-in'));
    const line = await lineOf(ada.email, true);
    const session = { carrier: 'tokens', amr: ['pwd'], authTime: ada.tokens.session.authTime, address: '127.0.0.1' };
    expect(line).toMatchObject({ sessions: [session] });
    expect((await there.run([line])).counts).toMatchObject({ imported: 1 });
    expect((await other.api.as(ada.tokens.accessToken).get('/v1/me')).status).toBe(401);
    expect(
      await other.sql('SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1', [ada.email]),
    ).toEqual([]);
  });

  it('keeps a password shut that a guesser had shut', async () => {
    const ada = await registerAndVerify(app, someone('shut'));
    await app.sql(
      'UPDATE password_credentials SET disabled_at = now() WHERE user_id = (SELECT id FROM users WHERE email = $1)',
      [ada.email],
    );
    const line = await lineOf(ada.email, false);
    expect(line).toMatchObject({ password: { disabledAt: expect.any(String) } });
    await there.run([line]);
    const answer = await other.api.post('/v1/auth/login', { identifier: ada.email, password: ada.password });
    expect(answer.status).toBe(401);
  });
});
