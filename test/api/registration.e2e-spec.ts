import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, registerAndVerify, signIn, someone } from '../support/people.js';

describe(`registration, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const register = (body: object): Promise<Answer<Record<string, unknown>>> => app.api.post('/v1/auth/register', body);
  const verify = (token: string): Promise<Answer<Record<string, unknown>>> =>
    app.api.post('/v1/auth/email/verify', { token });
  const login = (identifier: string, password: string): Promise<Answer<Record<string, unknown>>> =>
    app.api.post('/v1/auth/login', { identifier, password });

  it('takes a profile with it, and opens the account when the mailed link is used', async () => {
    const ada = someone('ada', { username: 'Ada.L' });
    const answer = await register({ ...ada, name: 'Ada Lovelace', locale: 'en-GB', birthdate: '1815-12-10' });
    expect(accepted(answer, 202)).toEqual({ status: 'accepted' });
    expect(refusal(await login(ada.email, ada.password))).toBe('401 authentication.credentials_wrong');

    const mail = await app.mailbox.waitFor(ada.email, 'verification');
    expect(mail.link).toBe(`${app.url}/link/verify-email/${mail.token}`);
    expect(accepted(await verify(mail.token), 200)).toEqual({ status: 'verified' });

    const tokens = await signIn(app, ada);
    const me = accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
    expect(me).toMatchObject({
      email: ada.email,
      emailVerified: true,
      username: 'Ada.L',
      name: 'Ada Lovelace',
      locale: 'en-GB',
      birthdate: '1815-12-10',
      status: 'active',
      roles: [],
      groups: [],
    });
    expect(me['id']).toMatch(/^([a-z]{5}-){3}[a-z]{5}$/);
  });

  it('takes a link once', async () => {
    const person = await registerAndVerify(app);
    const { token } = await app.mailbox.waitFor(person.email, 'verification');
    expect(refusal(await verify(token))).toBe('410 tokens.used');
  });

  it('takes a link for a day after it was mailed', async () => {
    const [late, tooLate] = [someone('late'), someone('too-late')];
    await register(late);
    await register(tooLate);
    const inTime = await app.mailbox.waitFor(late.email, 'verification');
    const expired = await app.mailbox.waitFor(tooLate.email, 'verification');
    await app.pass(24 * 3600 - 60);
    accepted(await verify(inTime.token), 200);
    await app.pass(120);
    expect(refusal(await verify(expired.token))).toBe('410 tokens.expired');
  });

  it.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}=`])('refuses %j as a token', async (token) => {
    expect(refusal(await verify(token))).toBe('400 tokens.invalid');
  });

  it('knows an address in any case, and mails its owner a link to a new password instead', async () => {
    const owner = await registerAndVerify(app, someone('Grace'));
    const shouted = owner.email.toUpperCase();
    const attempt = { email: shouted, password: 'another lantern hollow' };
    expect(accepted(await register(attempt), 202)).toEqual({ status: 'accepted' });

    const mail = await app.mailbox.waitFor(shouted.replace('EXAMPLE.TEST', 'example.test'), 'accountExists');
    expect(mail.link).toContain('/link/reset-password/');
    expect(refusal(await login(owner.email, attempt.password))).toBe('401 authentication.credentials_wrong');
    await signIn(app, owner);

    const newPassword = 'meadow lantern hollow';
    accepted(await app.api.post('/v1/auth/password/reset', { token: mail.token, newPassword }), 204);
    accepted(await login(owner.email.toLowerCase(), newPassword), 200);
  });

  it('tells everybody that a user name is taken, in any case', async () => {
    await registerAndVerify(app, someone('first', { username: 'Unique.Name' }));
    const answer = await register(someone('second', { username: 'unique.name' }));
    expect(refusal(answer)).toBe('409 users.username_taken');
    expect(answer.body['errors']).toEqual([expect.objectContaining({ field: 'username' })]);
  });

  it('opens an account without its user name where somebody else took that meanwhile', async () => {
    const [slow, quick] = [someone('slow', { username: 'wanted' }), someone('quick', { username: 'Wanted' })];
    await register(slow);
    const { token } = await app.mailbox.waitFor(slow.email, 'verification');
    await registerAndVerify(app, quick);
    accepted(await verify(token), 200);
    const tokens = await signIn(app, slow);
    expect(accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200)['username']).toBeNull();
  });

  it('lets nobody plant a password on an address of somebody else', async () => {
    const victim = someone('victim');
    const planted = 'planted by somebody else';
    await register({ email: victim.email, password: planted, name: 'Mallory', username: 'mallory' });
    await app.mailbox.waitFor(victim.email, 'verification', 1);
    await register(victim);
    const { token } = await app.mailbox.waitFor(victim.email, 'verification', 2);
    accepted(await verify(token), 200);

    expect(refusal(await login(victim.email, planted))).toBe('401 authentication.credentials_wrong');
    const me = await app.api.as((await signIn(app, victim)).accessToken).get('/v1/me');
    expect(me.body).toMatchObject({ name: null, username: null });
  });

  it('drops the other attempts of an address when one is proved', async () => {
    const person = someone('twice');
    await register({ ...person, email: person.email.replace('twice', 'Twice'), password: 'the first of two attempts' });
    const first = await app.mailbox.waitFor(person.email.replace('twice', 'Twice'), 'verification');
    await register(person);
    const second = await app.mailbox.waitFor(person.email, 'verification');
    accepted(await verify(second.token), 200);
    expect(refusal(await verify(first.token))).toBe('400 tokens.invalid');
    const left = await app.sql('SELECT id FROM pending_registrations WHERE email_key = $1', [person.email]);
    expect(left).toEqual([]);
    await signIn(app, person);
  });

  it.each([
    ['an e-mail address that is none', { email: 'nobody' }, 'users.email_invalid'],
    ['a short password', { password: 'fourteen chars' }, 'credentials.password_too_short'],
    ['a common password', { password: 'passwordpassword' }, 'credentials.password_too_common'],
    ['a password made of the product', { password: 'gatehouse-gatehouse' }, 'credentials.password_guessable'],
    ['an unknown member', { role: 'admin' }, 'http.invalid_input'],
    ['a user name that looks like an address', { username: 'a@b' }, 'http.invalid_input'],
    ['an e-mail address that is no text', { email: { $ne: '' } }, 'http.invalid_input'],
  ])('refuses %s', async (_, change, code) => {
    expect(refusal(await register({ ...someone(), ...change }))).toBe(`400 ${code}`);
  });

  it('takes null for a member that is left out', async () => {
    const person = someone('null');
    accepted(await register({ ...person, username: null, name: null, address: null }), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'verification');
    accepted(await verify(token), 200);
    await signIn(app, person);
  });

  it('knows a domain of another script in every spelling', async () => {
    const person = someone('joerg');
    const spelled = person.email.replace('example.test', 'BÜCHER.test');
    await register({ ...person, email: spelled });
    // The mail server writes the domain as people read it.
    const { token } = await app.mailbox.waitFor(spelled.replace('BÜCHER', 'bücher'), 'verification');
    accepted(await verify(token), 200);
    accepted(await login(spelled.replace('BÜCHER', 'bücher').normalize('NFD'), person.password), 200);
  });

  it('gives every account an id of its own', async () => {
    const people = [await arrive(app), await arrive(app), await arrive(app)];
    expect(new Set(people.map(({ id }) => id)).size).toBe(3);
  });
});
