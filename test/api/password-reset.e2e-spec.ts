import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, refusal, registerAndVerify, signIn, someone } from '../support/people.js';
import { until } from '../support/smtp.js';

describe(`resetting a password, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const newPassword = 'meadow lantern hollow 7';
  const forgot = (email: string): Promise<Answer<object>> => app.api.post('/v1/auth/password/forgot', { email });
  const reset = (token: string, password = newPassword): Promise<Answer<object>> =>
    app.api.post('/v1/auth/password/reset', { token, newPassword: password });
  const tokenFor = async (person: Person, nth = 1): Promise<string> => {
    accepted(await forgot(person.email), 202);
    return (await app.mailbox.waitFor(person.email, 'passwordReset', nth)).token;
  };
  const login = (identifier: string, password: string): Promise<Answer<object>> =>
    app.api.post('/v1/auth/login', { identifier, password });

  it('sets the new password, ends every session, signs nobody in, and tells the owner', async () => {
    const ada = await arrive(app, someone('ada'));
    const other = await signIn(app, ada);
    const token = await tokenFor(ada);
    const answer = await reset(token);
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-gatehouse-device=/)]);
    for (const { accessToken, refreshToken } of [ada.tokens, other]) {
      expect((await app.api.as(accessToken).get('/v1/me')).status).toBe(401);
      expect((await app.api.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
    }
    expect((await login(ada.email, ada.password)).status).toBe(401);
    accepted(await login(ada.email, newPassword), 200);
    await app.mailbox.waitFor(ada.email, 'passwordChanged');
  });

  it('takes a link once, and voids the other links of the account', async () => {
    const ada = await registerAndVerify(app);
    const [first, second] = [await tokenFor(ada, 1), await tokenFor(ada, 2)];
    accepted(await reset(second), 204);
    expect(refusal(await reset(second, 'hollow meadow lantern 8'))).toBe('410 tokens.used');
    expect((await reset(first, 'hollow meadow lantern 8')).status).toBe(410);
    accepted(await login(ada.email, newPassword), 200);
  });

  it('takes a link for an hour after it was mailed', async () => {
    const ada = await registerAndVerify(app);
    const [inTime, late] = [await tokenFor(ada, 1), await tokenFor(await registerAndVerify(app), 1)];
    await app.pass(3600 - 60);
    accepted(await reset(inTime), 204);
    await app.pass(120);
    expect(refusal(await reset(late))).toBe('410 tokens.expired');
  });

  it('refuses a token that never was, and a token of another purpose, which goes on to work', async () => {
    for (const token of ['', 'x', 'A'.repeat(43)]) expect(refusal(await reset(token))).toBe('400 tokens.invalid');
    const person = someone('other-purpose');
    accepted(await app.api.post('/v1/auth/register', person), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'verification');
    expect(refusal(await reset(token))).toBe('400 tokens.invalid');
    accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
  });

  it('leaves the link open where the new password is refused', async () => {
    const ada = await registerAndVerify(app);
    const token = await tokenFor(ada);
    expect(refusal(await reset(token, 'short'))).toBe('400 credentials.password_too_short');
    accepted(await reset(token), 204);
  });

  it('says the same to an unknown address, and mails nobody', async () => {
    const nobody = someone('nobody').email;
    expect(accepted(await forgot(nobody), 202)).toEqual({ status: 'accepted' });
    await until('the fate of the mail', async () => (await fates(nobody)).length > 0);
    expect(await fates(nobody)).toEqual([{ status: 'suppressed', fate: 'suppressed', reason: 'not_wanted' }]);
    expect(await app.mailbox.of(nobody)).toEqual([]);
  });

  const fates = (recipient: string): Promise<object[]> =>
    app.sql(
      `SELECT m.status, d.fate, d.reason FROM mails m JOIN mail_deliveries d ON d.mail_id = m.id WHERE m.recipient = $1`,
      [recipient],
    );

  it('mails nothing to a disabled account, and takes no link of it', async () => {
    const ada = await registerAndVerify(app);
    const token = await tokenFor(ada);
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [ada.email]);
    expect(refusal(await reset(token))).toBe('400 tokens.invalid');
    accepted(await forgot(ada.email), 202);
    await until('the fate of the mail', async () =>
      (await fates(ada.email)).some((row) => 'fate' in row && row.fate === 'suppressed'),
    );
    expect(await app.mailbox.of(ada.email, 'passwordReset')).toHaveLength(1);
  });

  it('takes no link that was mailed to an address the account has moved from', async () => {
    const ada = await arrive(app, someone('mover'));
    const token = await tokenFor(ada);
    const email = someone('moved').email;
    accepted(await ada.api.post('/v1/me/email', { email, currentPassword: ada.password }), 202);
    const proof = await app.mailbox.waitFor(email, 'emailChange');
    accepted(await app.api.post('/v1/auth/email/verify', { token: proof.token }), 200);
    expect((await reset(token)).status).toBe(410);
    accepted(await login(email, ada.password), 200);
  });

  it('knows an address in any case, and mails to it as the owner wrote it or as it was typed', async () => {
    const ada = await registerAndVerify(app, someone('Case'));
    const typed = ada.email.toUpperCase().replace('EXAMPLE.TEST', 'example.test');
    accepted(await forgot(typed), 202);
    accepted(await reset((await app.mailbox.waitFor(typed, 'passwordReset')).token), 204);
  });

  it.each(['nobody', '', 'a@', '@b', 'a b@example.test', 'a@b\r\nBcc: c@d.test'])(
    'refuses %j as an address',
    async (email) => {
      expect((await forgot(email)).status).toBe(400);
    },
  );
});
