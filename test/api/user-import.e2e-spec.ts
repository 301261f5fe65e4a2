import { randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { accepted, refusal, signIn } from '../support/people.js';
import { Imports } from './support/imports.js';

const unique = randomBytes(3).toString('hex');
const at = (name: string): string => `${name}.${unique}@import.test`;

/** Hashes of other systems, each with the password it is of. test vectors: libs/credentials/src/foreign-hash */
const foreign: Readonly<Record<string, { password: string; value: object }>> = {
  argon2i: {
    password: 'password',
    value: { hash: '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8' },
  },
  argon2id: {
    password: 'password',
    value: { hash: '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4' },
  },
  bcrypt: { password: 'U*U*', value: { hash: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK' } },
  scrypt: {
    password: 'pleaseletmein',
    value: {
      hash: '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
    },
  },
  django: {
    password: 'lètmein',
    value: { hash: 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=' },
  },
  keycloak: {
    password: 'password',
    value: {
      keycloak: {
        secretData: '{"value":"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=","salt":"P5rtFkGtPfoaryJ6PizUJw=="}',
        credentialData: '{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
      },
    },
  },
  ssha: { password: 'secret', value: { hash: '{SSHA}0H+zTv8o4MR4H43n03eCsvw1luG8LdB7' } },
};
const bcrypt = foreign['bcrypt']?.value;

describe(`importing users, queue on ${queueBackend}`, () => {
  let app: App;
  let imports: Imports;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    imports = await Imports.of(app);
  });

  afterAll(async () => {
    await imports.close();
    await app.stop();
  });

  const hashOf = async (email: string): Promise<string | undefined> =>
    (
      await app.sql<{ hash: string }>(
        'SELECT p.hash FROM users u JOIN password_credentials p ON p.user_id = u.id WHERE u.email_key = $1',
        [email],
      )
    )[0]?.hash;

  it.each(Object.keys(foreign))(
    'lets people sign in whose password %s hashed, and hashes it anew, once',
    async (kind) => {
      const { password, value } = foreign[kind] ?? { password: '', value: {} };
      const email = at(kind);
      await imports.run([{ email, emailVerified: true, password: value }]);
      expect(await hashOf(email)).toMatch(/^foreign:/);
      const wrong = await app.api.post('/v1/auth/login', { identifier: email, password: `${password}!` });
      expect(refusal(wrong)).toBe('401 authentication.credentials_wrong');
      expect(await hashOf(email)).toMatch(/^foreign:/);

      await signIn(app, { email, password });
      const upgraded = await hashOf(email);
      expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
      await signIn(app, { email, password });
      expect(await hashOf(email)).toBe(upgraded);
    },
  );

  it('spends a hash of its own on a wrong password, so that a cheap one of another system tells no account', async () => {
    const email = at('cheap');
    await imports.run([{ email, emailVerified: true, password: foreign['ssha']?.value }]);
    const attempt = (identifier: string) => () =>
      app.api.post('/v1/auth/login', { identifier, password: 'wrong, and long enough' });
    const there = await app.statements.during(attempt(email));
    const nowhere = await app.statements.during(attempt(at('nobody')));
    expect(refusal(there.result)).toBe(refusal(nowhere.result));
    expect(there.statements).toEqual(nowhere.statements);
    // The other system's beside our own.
    expect([there.hashes, nowhere.hashes]).toEqual([2, 1]);
  });

  it('takes over everything a line says', async () => {
    const email = at('ada');
    const line = {
      id: 'lusab-babad-gutih-tugad',
      email: email.toUpperCase(),
      emailVerified: true,
      username: `ada-${unique}`,
      name: 'Ada Lovelace',
      givenName: 'Ada',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
      phoneNumber: '+441632960000',
      phoneNumberVerified: true,
      address: { country: 'GB', locality: 'London' },
      roles: ['editor'],
      groups: ['analysts', 'founders', 'analysts'],
      mustChangePassword: true,
      password: bcrypt,
      createdAt: '2019-05-06T07:08:09+02:00',
    };
    expect((await imports.run([line])).counts).toMatchObject({ lines: 1, imported: 1 });
    const login = await app.api.post('/v1/auth/login', { identifier: line.username, password: 'U*U*' });
    expect(accepted(login, 200)).toMatchObject({ status: 'password_change_required' });

    await app.sql('UPDATE password_credentials SET must_change = false');
    const { accessToken } = await signIn(app, { email, password: 'U*U*' });
    const me = accepted(await app.api.as(accessToken).get('/v1/me'), 200);
    const { password: _, mustChangePassword: __, ...told } = line;
    expect(me).toMatchObject({
      ...told,
      email: `${email.split('@')[0]?.toUpperCase()}@import.test`,
      groups: ['analysts', 'founders'],
      createdAt: '2019-05-06T05:08:09.000Z',
    });
  });

  it('keeps disabled people out, and lets people without a password choose one by mail', async () => {
    const [disabled, without] = [at('disabled'), at('without')];
    await imports.run([
      { email: disabled, emailVerified: true, disabled: true, password: bcrypt },
      { email: without, emailVerified: true },
    ]);
    for (const email of [disabled, without]) {
      const answer = await app.api.post('/v1/auth/login', { identifier: email, password: 'U*U*' });
      expect(answer.status).toBeGreaterThanOrEqual(401);
      expect(answer.status).toBeLessThanOrEqual(403);
    }
    accepted(await app.api.post('/v1/auth/password/forgot', { email: without }), 202);
    const { token } = await app.mailbox.waitFor(without, 'passwordReset');
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword: 'hollow lantern meadow' }), 204);
    await signIn(app, { email: without, password: 'hollow lantern meadow' });
  });

  it('lets nobody in whose address nobody proved, until a reset by e-mail proves it', async () => {
    const email = at('unproved');
    await imports.run([{ email, password: foreign['django']?.value }]);
    const attempt = { identifier: email, password: foreign['django']?.password };
    expect(refusal(await app.api.post('/v1/auth/login', attempt))).toBe('401 authentication.credentials_wrong');

    accepted(await app.api.post('/v1/auth/password/forgot', { email }), 202);
    const { token } = await app.mailbox.waitFor(email, 'passwordReset');
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword: 'hollow lantern meadow' }), 204);
    const { accessToken } = await signIn(app, { email, password: 'hollow lantern meadow' });
    expect(accepted(await app.api.as(accessToken).get('/v1/me'), 200)).toMatchObject({ emailVerified: true });
    const events = `SELECT 1 FROM audit_events e JOIN users u ON u.id = e.user_id
      WHERE u.email_key = $1 AND e.type = 'authentication.email_verified'`;
    expect(await app.sql(events, [email])).toHaveLength(1);
  });

  it('records each account and each run in the audit log, and mails nobody', async () => {
    const email = at('audited');
    await imports.run([{ email, roles: ['admin'], password: bcrypt }]);
    const [event] = await app.sql<{ data: { run: string; line: number } }>(
      `SELECT e.data FROM audit_events e JOIN users u ON u.id = e.user_id
       WHERE u.email_key = $1 AND e.type = 'users.imported'`,
      [email],
    );
    expect(event?.data).toEqual({ run: expect.any(String), line: 1, roles: ['admin'], secondFactors: [] });
    const run = await app.sql(`SELECT type, data FROM audit_events WHERE data->>'run' = $1 ORDER BY id`, [
      event?.data.run,
    ]);
    expect(run).toMatchObject([
      { type: 'users.import_started', data: { fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { type: 'users.imported' },
      { type: 'users.import_finished', data: { lines: 1, imported: 1, refused: 0 } },
    ]);
    expect(await app.sql('SELECT 1 FROM mails WHERE recipient = $1', [email])).toEqual([]);
  });
});
