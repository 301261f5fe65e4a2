import { FirstAdmin } from '@app/authentication';
import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, type SignedIn, signIn, someone } from '../support/people.js';
import { until } from '../support/smtp.js';
import { PageBrowser } from './support/page-browser.js';
import { type QueueTap, tapQueue } from './support/queue-tap.js';

/** Parts of a secret that would give it away, in every form in which it could be written down. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')];
  if (/^[\w-]{43}$/.test(secret)) forms.push(Buffer.from(secret, 'base64url').toString('hex'));
  return forms;
}

/*
 * One long journey that makes, mails, uses and misuses every kind of secret there is; then everything that was
 * written anywhere is searched for each of them (ASVS 16.2.5).
 */
describe(`secrets, queue on ${queueBackend}`, () => {
  let app: App;
  let tap: QueueTap;
  const secrets = new Map<string, string>();
  const know = (what: string, secret: string): string => {
    expect(secret.length).toBeGreaterThan(14);
    secrets.set(`${what} ${secrets.size}`, secret);
    return secret;
  };
  /** The family's id is no secret, the rest is. */
  const knowTokens = ({ accessToken, refreshToken }: Pick<SignedIn, 'accessToken' | 'refreshToken'>): void => {
    know('access token', accessToken);
    know('signature of an access token', accessToken.split('.')[2]!);
    know('refresh token', refreshToken.slice(37));
  };
  const reset = (token: string, newPassword: string): Promise<{ status: number }> =>
    app.api.post('/v1/auth/password/reset', { token: know('reset token', token), newPassword: know('password', newPassword) });

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
    tap = await tapQueue(app);
    know('setting', String(app.config.crypto.secretKey));
    know('setting', app.config.crypto.encryptionKeys[0].key.toString('base64'));
    await live();
    await until('all mails to be sent', async () => (await app.sql('SELECT 1 FROM outbox')).length === 0);
  });

  afterAll(async () => {
    tap.close();
    await app.stop();
  });

  async function live(): Promise<void> {
    const ada = await arrive(app, someone('ada', { username: 'ada.of.secrets' }));
    know('password', ada.password);
    knowTokens(ada.tokens);
    know('verification token', (await app.mailbox.waitFor(ada.email, 'verification')).token);
    await misuse(ada.email);
    await refreshAndReuse();
    await useCookies(ada.email, ada.password);

    const changed = know('password', 'the second password of ada');
    accepted(await ada.api.post('/v1/me/password', { currentPassword: ada.password, newPassword: changed }), 204);
    const moved = someone('moved').email;
    accepted(await ada.api.post('/v1/me/email', { email: moved, currentPassword: changed }), 202);
    const proof = await app.mailbox.waitFor(moved, 'emailChange');
    accepted(await app.api.post('/v1/auth/email/verify', { token: know('change token', proof.token) }), 200);

    accepted(await app.api.post('/v1/auth/password/forgot', { email: moved }), 202);
    const { token } = await app.mailbox.waitFor(moved, 'passwordReset');
    expect((await reset(token, 'passwordpassword')).status).toBe(400);
    expect((await reset(token, 'the third password of ada')).status).toBe(204);
    expect((await reset(token, 'the fourth password of ada')).status).toBe(410);
    await answerChallenge(moved);
    await openFirstAdminLink();
  }

  async function misuse(identifier: string): Promise<void> {
    const password = know('wrong password', 'a wrong password, or an old one');
    expect((await app.api.post('/v1/auth/login', { identifier, password })).status).toBe(401);
    expect((await app.api.post('/v1/auth/login', { identifier: 7, password })).status).toBe(400);
    expect((await app.api.post('/v1/auth/login', `{"identifier":"x","password":"${password}"`)).status).toBe(400);
    expect((await app.api.post('/v1/auth/login', { identifier, password, [password]: password })).status).toBe(400);
    expect((await app.api.post('/v1/auth/login', { identifier, password: `${password}\0` })).status).toBe(400);
    const token = know('bearer token', 'not.a.token.but.looks.like.one');
    expect((await app.api.as(token).get(`/v1/me?access_token=${token}`)).status).toBe(401);
    await fetch(`${app.url}/nowhere/${token}?token=${token}#${token}`);
  }

  async function refreshAndReuse(): Promise<void> {
    const victim = await arrive(app, someone('victim'));
    know('password', victim.password);
    knowTokens(victim.tokens);
    const { refreshToken } = victim.tokens;
    const next = accepted(await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }), 200);
    knowTokens(next);
    const elsewhere = { headers: { 'user-agent': 'Elsewhere/1.0' } };
    knowTokens(accepted(await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }, elsewhere), 200));
    await app.pass(11);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken }, elsewhere)).status).toBe(401);
    await app.mailbox.waitFor(victim.email, 'securityAlert');
  }

  async function useCookies(identifier: string, password: string): Promise<void> {
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    accepted(await browser.post('/v1/auth/login', { identifier, password, delivery: 'cookie' }), 200);
    know('session cookie', jar.get('__Host-gatehouse-session')!);
    accepted(await browser.get('/v1/me'), 200);
    expect((await browser.post('/v1/auth/logout', {}, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    accepted(await browser.post('/v1/auth/logout', {}), 204);
  }

  async function answerChallenge(identifier: string): Promise<void> {
    await app.sql('UPDATE password_credentials SET must_change = true');
    const answer = await app.api.post<{ challenge: { id: string } }>('/v1/auth/login', {
      identifier,
      password: 'the third password of ada',
    });
    const challengeId = know('challenge', accepted(answer, 200).challenge.id);
    const newPassword = know('password', 'the fifth password of ada');
    const chosen = await app.api.post<SignedIn>('/v1/auth/password/change-required', { challengeId, newPassword });
    knowTokens(accepted(chosen, 200));
  }

  async function openFirstAdminLink(): Promise<void> {
    const link = (await app.get(FirstAdmin).issueLink())!;
    know('first admin token', link.split('/').at(-1)!);
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(link);
    know('flow cookie', browser.jar.get('__Host-gatehouse-first-admin')!);
    know('form token', /name="csrf" value="([^"]+)"/.exec(asked.html)![1]!);
    const newPassword = know('password', 'the password of the root admin');
    const root = someone('root', { password: newPassword });
    const typed = { email: root.email, newPassword, repeatPassword: newPassword };
    expect((await browser.submit(asked, typed)).status).toBe(303);
    await promote(app, root);
    knowTokens(await signIn(app, root));
  }

  /** What of these texts holds a secret; says which, not where, so that a failure does not print it. */
  const found = (texts: readonly string[]): string[] => {
    const everything = texts.join('\n').toLowerCase();
    return [...secrets].flatMap(([what, secret]) =>
      formsOf(secret).some((form) => everything.includes(form.toLowerCase())) ? [what] : [],
    );
  };

  it('are found where they are, so that not finding them says something', async () => {
    expect(secrets.size).toBeGreaterThan(30);
    expect(found(['xx the second password of ada xx'])).toEqual([expect.stringContaining('password')]);
    const mails = await app.mailbox.of([...app.mailbox.smtp.messages][0]!.to);
    expect(found(mails.map(({ text }) => text))).toEqual([expect.stringContaining('verification token')]);
  });

  it('stand in no line of the log', () => {
    expect(app.logLines.length).toBeGreaterThan(50);
    expect(found(app.logLines)).toEqual([]);
  });

  it('travel through no queue', async () => {
    const queued = await tap.read();
    const rows = await app.sql<{ id: string }>('SELECT id FROM mails');
    const everything = queued.join('\n');
    for (const { id } of rows) expect(everything).toContain(id);
    expect(found(queued)).toEqual([]);
  });

  it('stand in no row of any table as they are', async () => {
    const tables = await app.sql<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    );
    const names = tables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['public.audit_events', 'public.mails', 'public.mail_deliveries']));
    for (const name of names) {
      const rows = await app.sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      expect([name, found(rows.map(({ row }) => row))]).toEqual([name, []]);
    }
  });

  it('are named by no audit event, which still tells of all that happened', async () => {
    const rows = await app.sql<{ row: string }>('SELECT e::text AS row FROM audit_events e');
    expect(rows.length).toBeGreaterThan(20);
    expect(found(rows.map(({ row }) => row))).toEqual([]);
    const hashes = await app.sql<{ hash: string }>('SELECT hash FROM password_credentials');
    const texts = [...rows.map(({ row }) => row), ...app.logLines].join('\n');
    for (const { hash } of hashes) expect(texts).not.toContain(hash);
    expect(texts).not.toContain('$argon2id$');
  });
});
