import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, registerAndVerify, someone, type Visit } from '../support/people.js';

describe(`changing the e-mail address, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const ask = (visit: Visit, email: string, currentPassword = visit.password): Promise<Answer<object>> =>
    visit.api.post('/v1/me/email', { email, currentPassword });
  const verify = (token: string): Promise<Answer<object>> => app.api.post('/v1/auth/email/verify', { token });
  const login = (identifier: string, password: string): Promise<Answer<object>> =>
    app.api.post('/v1/auth/login', { identifier, password });
  const emailOf = async ({ api }: Visit): Promise<unknown> => (await api.get('/v1/me')).body['email'];

  it('moves the account once the new address is proved, and tells the old one without saying where to', async () => {
    const ada = await arrive(app, someone('ada'));
    const email = someone('lovelace').email;
    expect(accepted(await ask(ada, email), 202)).toEqual({ status: 'accepted' });
    const { token, link } = await app.mailbox.waitFor(email, 'emailChange');
    expect(link).toContain('/link/confirm-email/');
    expect(await emailOf(ada)).toBe(ada.email);
    accepted(await login(ada.email, ada.password), 200);

    accepted(await verify(token), 200);
    expect(await emailOf(ada)).toBe(email);
    accepted(await login(email, ada.password), 200);
    expect((await login(ada.email, ada.password)).status).toBe(401);
    const told = await app.mailbox.waitFor(ada.email, 'emailChanged');
    expect(told.text).not.toContain(email);
    expect(told.html).not.toContain(email);
    expect(refusal(await verify(token))).toBe('410 tokens.used');
  });

  it('frees the old address for somebody else', async () => {
    const ada = await arrive(app, someone('freed'));
    const email = someone('gone').email;
    await ask(ada, email);
    accepted(await verify((await app.mailbox.waitFor(email, 'emailChange')).token), 200);
    accepted(await app.api.post('/v1/auth/register', { ...someone(), email: ada.email }), 202);
    accepted(await verify((await app.mailbox.waitFor(ada.email, 'verification', 2)).token), 200);
  });

  it('needs the current password', async () => {
    const ada = await arrive(app);
    const email = someone('other').email;
    expect(refusal(await ask(ada, email, 'not the current password'))).toBe(
      '403 authentication.current_password_wrong',
    );
    expect(await app.sql('SELECT 1 FROM mails WHERE recipient = $1', [email])).toEqual([]);
  });

  it('does not tell whether the address belongs to somebody, before it is proved', async () => {
    const ada = await arrive(app);
    const owner = await registerAndVerify(app, someone('owner'));
    const [known, unknown] = [await ask(ada, owner.email), await ask(ada, someone('free').email)];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
  });

  it('does not take an address from the account that has it', async () => {
    const ada = await arrive(app);
    const email = someone('contested').email;
    await ask(ada, email);
    const { token } = await app.mailbox.waitFor(email, 'emailChange');
    const owner = await registerAndVerify(
      app,
      someone('contested', { email: email.replace('contested', 'Contested') }),
    );
    const answer = await verify(token);
    expect(refusal(answer)).toBe('409 users.email_taken');
    expect(await emailOf(ada)).toBe(ada.email);
    accepted(await login(owner.email, owner.password), 200);
  });

  it('forgets an earlier request when there is a newer one', async () => {
    const ada = await arrive(app);
    const [first, second] = [someone('first').email, someone('second').email];
    await ask(ada, first);
    const old = await app.mailbox.waitFor(first, 'emailChange');
    await ask(ada, second);
    expect((await verify(old.token)).status).toBe(410);
    accepted(await verify((await app.mailbox.waitFor(second, 'emailChange')).token), 200);
    expect(await emailOf(ada)).toBe(second);
  });

  it('takes a link for a day, and none of an account disabled meanwhile', async () => {
    const [late, disabled] = [await arrive(app), await arrive(app)];
    const [one, two] = [someone('late').email, someone('disabled').email];
    await ask(disabled, two);
    const refused = await app.mailbox.waitFor(two, 'emailChange');
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [disabled.email]);
    expect(refusal(await verify(refused.token))).toBe('400 tokens.invalid');
    await ask(late, one);
    const { token } = await app.mailbox.waitFor(one, 'emailChange');
    await app.pass(24 * 3600 + 1);
    expect(refusal(await verify(token))).toBe('410 tokens.expired');
  });

  it('lets an owner write their address in another case', async () => {
    const ada = await arrive(app, someone('spelling'));
    const email = ada.email.replace('spelling', 'Spelling');
    await ask(ada, email);
    accepted(await verify((await app.mailbox.waitFor(email, 'emailChange')).token), 200);
    expect(await emailOf(ada)).toBe(email);
  });
});
