import { FirstAdmin } from '@app/authentication';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, signIn, someone, type Visit } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';

const newPassword = 'another lantern entirely';

describe(`a change that PostgreSQL refuses at its commit, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let admin: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    [ada, admin] = [await arrive(app, someone('ada')), await arrive(app, someone('root'))];
    await promote(app, admin);
    await app.sql(
      `CREATE FUNCTION testing.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused at commit'; END $$`,
    );
  });

  afterAll(() => app.stop());

  /** Everything that could tell of a change. */
  const state = (): Promise<object[]> =>
    app.sql(
      `SELECT (SELECT count(*) FROM audit_events) AS audit, (SELECT count(*) FROM mails) AS mails,
         (SELECT count(*) FROM sessions WHERE ended_at IS NULL) AS sessions,
         (SELECT count(*) FROM one_time_tokens WHERE consumed_at IS NULL) AS tokens,
         (SELECT md5(string_agg(u::text, '' ORDER BY id)) FROM users u) AS users,
         (SELECT md5(string_agg(p::text, '' ORDER BY user_id)) FROM password_credentials p) AS passwords`,
    );

  /** Runs a request while commits that wrote to this table fail, and again when they do not. */
  async function refusedThenTaken(table: string, request: () => Promise<number>, taken: number): Promise<void> {
    const before = await state();
    await app.sql(
      `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION testing.refuse()`,
    );
    try {
      expect(await request()).toBe(500);
      expect(await state()).toEqual(before);
    } finally {
      await app.sql(`DROP TRIGGER refuse ON ${table}`);
    }
    expect(await request()).toBe(taken);
    expect(await state()).not.toEqual(before);
  }

  it('leaves no audit row of a sign-in, and no session', async () => {
    const { email: identifier, password } = ada;
    const request = async () => (await app.api.post('/v1/auth/login', { identifier, password })).status;
    await refusedThenTaken('sessions', request, 200);
  });

  it('leaves no audit row of a profile', async () => {
    await refusedThenTaken('users', async () => (await ada.api.patch('/v1/me', { name: 'Ada' })).status, 200);
  });

  it('leaves no audit row of a registration, nor a mail', async () => {
    const request = async () => (await app.api.post('/v1/auth/register', someone('late'))).status;
    await refusedThenTaken('pending_registrations', request, 202);
  });

  it('leaves no audit row of a verification, and the link works on', async () => {
    const person = someone('verified');
    accepted(await app.api.post('/v1/auth/register', person), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'verification');
    const request = async () => (await app.api.post('/v1/auth/email/verify', { token })).status;
    await refusedThenTaken('users', request, 200);
    await signIn(app, person);
  });

  it('leaves no audit row of a password, nor ended sessions, nor a mail', async () => {
    const body = { currentPassword: ada.password, newPassword };
    const request = async () => (await ada.api.post('/v1/me/password', body)).status;
    await refusedThenTaken('password_credentials', request, 204);
    expect(await app.mailbox.waitFor(ada.email, 'passwordChanged')).toBeDefined();
  });

  it('leaves no audit row of a reset, and the link works on', async () => {
    const person = await arrive(app, someone('reset'));
    accepted(await app.api.post('/v1/auth/password/forgot', { email: person.email }), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'passwordReset');
    const request = async () => (await app.api.post('/v1/auth/password/reset', { token, newPassword })).status;
    await refusedThenTaken('password_credentials', request, 204);
  });

  it('leaves no audit row of a disabled account, whose sessions go on', async () => {
    const person = await arrive(app, someone('disabled'));
    const request = async () => (await admin.api.post(`/v1/admin/users/${person.id}/disable`)).status;
    await refusedThenTaken('users', request, 200);
  });

  it('leaves no audit row of a deletion', async () => {
    const person = await arrive(app, someone('deleted'));
    const body = { currentPassword: person.password };
    await refusedThenTaken('users', async () => (await person.api.delete('/v1/me', body)).status, 204);
  });

  it('leaves no audit row of a first administrator, and the link works on', async () => {
    await app.sql(`UPDATE users SET roles = '{}'`);
    const link = (await app.get(FirstAdmin).issueLink())!;
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit(link);
    const typed = { email: someone('first').email, newPassword, repeatPassword: newPassword };
    await refusedThenTaken('users', async () => (await browser.submit(asked, typed)).status, 303);
  });
});
