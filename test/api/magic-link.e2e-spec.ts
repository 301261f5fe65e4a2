import { CookieJar } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, registerAndVerify, type SignedIn, someone } from '../support/people.js';
import { until } from '../support/smtp.js';
import { auditTrail } from './support/audit-trail.js';
import { askForLink, magicMail, redeem, wrong } from './support/magic-link.js';

describe(`signing in by mail, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
  });

  afterAll(() => app.stop());

  /** What became of the mails of an address. */
  const fates = (recipient: string): Promise<{ fate: string; reason: string | null }[]> =>
    app.sql(`SELECT d.fate, d.reason FROM mails m JOIN mail_deliveries d ON d.mail_id = m.id WHERE m.recipient = $1`, [
      recipient,
    ]);
  const hold = (sql: string, ...values: unknown[]): Promise<object[]> => app.sql(sql, values);

  it('opens a session by the link and the binding of who asked, as one factor', async () => {
    const ada = await registerAndVerify(app);
    const { token, binding, expiresIn } = await magicMail(app, ada.email);
    expect(expiresIn).toBe(600);
    const tokens = accepted(await redeem<SignedIn>(app, { token, binding }), 200);
    expect(tokens.status).toBe('authenticated');
    const { body } = await app.api.as(tokens.accessToken).get('/v1/me');
    expect(body).toMatchObject({ email: ada.email });
    const [session] = await hold('SELECT amr, acr FROM sessions WHERE id = $1', tokens.session.id);
    expect(session).toEqual({ amr: ['email'], acr: 'urn:gatehouse:acr:1fa' });
  });

  it('opens a session by the code, typed as people type it', async () => {
    const ada = await registerAndVerify(app);
    const { requestId, code } = await magicMail(app, ada.email);
    const typed = ` ${code.toLowerCase().replace('-', ' ')} `;
    const tokens = accepted(await redeem<SignedIn>(app, { requestId, code: typed }), 200);
    accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
  });

  it('hands the session to a cookie where that is asked for', async () => {
    const ada = await registerAndVerify(app);
    const { token, binding } = await magicMail(app, ada.email);
    const jar = new CookieJar();
    const browser = app.api.withCookies(jar);
    const body = { token, binding, delivery: 'cookie' };
    const answer = accepted(await browser.post('/v1/auth/magic-link/redeem', body), 200);
    expect(Object.keys(answer).sort()).toEqual(['session', 'status']);
    accepted(await browser.get('/v1/me'), 200);
  });

  it('refuses a link without its binding or with a foreign one, says where to open it, and leaves it good', async () => {
    const ada = await registerAndVerify(app);
    const { token, binding } = await magicMail(app, ada.email);
    const other = await askForLink(app, someone().email);
    for (const body of [
      { token },
      { token, binding: other.binding },
      { token, binding: '' },
      { token, binding: 'x' },
    ]) {
      const answer = await redeem(app, body);
      expect(refusal(answer)).toBe('403 authentication.magic_link_elsewhere');
      expect(String(answer.body['detail'])).toMatch(/where it was asked for.*type the code/);
    }
    accepted(await redeem(app, { token, binding }), 200);
  });

  it('works once: a link that was used leaves no code, and a code no link', async () => {
    const ada = await registerAndVerify(app);
    const first = await magicMail(app, ada.email, 1);
    accepted(await redeem(app, { token: first.token, binding: first.binding }), 200);
    expect(refusal(await redeem(app, { token: first.token, binding: first.binding }))).toBe('410 tokens.used');
    expect(refusal(await redeem(app, { requestId: first.requestId, code: first.code }))).toBe('410 tokens.used');
    const second = await magicMail(app, ada.email, 2);
    accepted(await redeem(app, { requestId: second.requestId, code: second.code }), 200);
    expect(refusal(await redeem(app, { token: second.token, binding: second.binding }))).toBe('410 tokens.used');
  });

  it('works for ten minutes after the mail', async () => {
    const ada = await registerAndVerify(app);
    const [inTime, late] = [await magicMail(app, ada.email, 1), await magicMail(app, ada.email, 2)];
    await app.pass(590);
    accepted(await redeem(app, { token: inTime.token, binding: inTime.binding }), 200);
    await app.pass(20);
    expect(refusal(await redeem(app, { token: late.token, binding: late.binding }))).toBe('410 tokens.expired');
    expect(refusal(await redeem(app, { requestId: late.requestId, code: late.code }))).toBe('410 tokens.expired');
  });

  it('takes a code only for the request that it was mailed for', async () => {
    const ada = await registerAndVerify(app);
    const [one, two] = [await magicMail(app, ada.email, 1), await magicMail(app, ada.email, 2)];
    expect(refusal(await redeem(app, { requestId: one.requestId, code: two.code }))).toBe(
      '401 authentication.code_wrong',
    );
    accepted(await redeem(app, { requestId: two.requestId, code: two.code }), 200);
  });

  it('takes five codes a request, then not even the right one; the link stays good', async () => {
    const ada = await registerAndVerify(app);
    const { requestId, code, token, binding } = await magicMail(app, ada.email);
    for (const typed of [wrong(code), 'no code at all', '', wrong(code), wrong(code)]) {
      expect(refusal(await redeem(app, { requestId, code: typed }))).toBe('401 authentication.code_wrong');
    }
    for (let again = 0; again < 2; again += 1) {
      const exhausted = '410 authentication.magic_code_exhausted';
      expect(refusal(await redeem(app, { requestId, code }))).toBe(exhausted);
    }
    accepted(await redeem(app, { token, binding }), 200);
  });

  it('lets only five of many codes through that are typed at once', async () => {
    const ada = await registerAndVerify(app);
    const { requestId, code } = await magicMail(app, ada.email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(app, { requestId, code: wrong(code) })));
    expect(answers.map(refusal).filter((answer) => answer === '401 authentication.code_wrong')).toHaveLength(5);
  });

  it('answers codes for an unknown address as for a known one, to the last', async () => {
    const ada = await registerAndVerify(app);
    const nobody = someone('nobody').email;
    const [there, nowhere] = [await magicMail(app, ada.email), await askForLink(app, nobody)];
    await until('the fate of the mail', async () => (await fates(nobody)).length > 0);
    const tries = async (requestId: string, code: string): Promise<string[]> => {
      const answers: string[] = [];
      for (let attempt = 0; attempt < 7; attempt += 1) answers.push(refusal(await redeem(app, { requestId, code })));
      return answers;
    };
    const typed = wrong(there.code);
    expect(await tries(nowhere.requestId, typed)).toEqual(await tries(there.requestId, typed));
    await app.pass(620);
    expect(await tries(nowhere.requestId, typed)).toEqual(await tries(there.requestId, typed));
  });

  it('mails nothing to an unknown, an unverified or a disabled account', async () => {
    const disabled = await registerAndVerify(app);
    await hold(`UPDATE users SET status = 'disabled' WHERE email = $1`, disabled.email);
    const unverified = someone('unverified');
    accepted(await app.api.post('/v1/auth/register', unverified), 202);
    await app.mailbox.waitFor(unverified.email, 'verification');
    for (const email of [someone('nobody').email, unverified.email, disabled.email]) {
      await askForLink(app, email);
      await until('the fate of the mail', async () =>
        (await fates(email)).some(({ fate, reason }) => fate === 'suppressed' && reason === 'not_wanted'),
      );
      expect(await app.mailbox.of(email, 'magicLink')).toEqual([]);
    }
  });

  it('asks an account with a second factor for it: e-mail is none', async () => {
    const ada = await arrive(app);
    await hold(`UPDATE users SET second_factors = '{totp,backup_code}' WHERE email = $1`, ada.email);
    const { token, binding } = await magicMail(app, ada.email);
    const body = accepted(await redeem(app, { token, binding }), 200);
    expect(body).toMatchObject({ status: 'mfa_required', challenge: { methods: ['totp', 'backup_code'] } });
    expect(refusal(await redeem(app, { token, binding }))).toBe('410 tokens.used');
  });

  it('still owes a new password that has to be chosen', async () => {
    const ada = await registerAndVerify(app);
    await hold(
      `UPDATE password_credentials SET must_change = true FROM users u WHERE u.id = user_id AND u.email = $1`,
      ada.email,
    );
    const { requestId, code } = await magicMail(app, ada.email);
    const body = accepted(await redeem<{ status: string; challenge: { id: string } }>(app, { requestId, code }), 200);
    expect(body.status).toBe('password_change_required');
    const newPassword = 'meadow lantern hollow 7';
    const change = { challengeId: body.challenge.id, newPassword };
    const tokens = accepted(await app.api.post<SignedIn>('/v1/auth/password/change-required', change), 200);
    const [session] = await hold('SELECT amr FROM sessions WHERE id = $1', tokens.session.id);
    expect(session).toEqual({ amr: ['email'] });
  });

  it('is void after a new password, a disabling or a change of address', async () => {
    const root = await arrive(app);
    await promote(app, root);
    const moved = someone('moved').email;
    const [changer, leaver, mover] = [await arrive(app), await arrive(app), await arrive(app)];
    const mails = await Promise.all([changer, leaver, mover].map(({ email }) => magicMail(app, email)));
    const { password: currentPassword } = changer;
    accepted(
      await changer.api.post('/v1/me/password', { currentPassword, newPassword: 'meadow lantern hollow 7' }),
      204,
    );
    accepted(await root.api.post(`/v1/admin/users/${leaver.id}/disable`), 200);
    accepted(await root.api.post(`/v1/admin/users/${leaver.id}/enable`), 200);
    accepted(await mover.api.post('/v1/me/email', { email: moved, currentPassword: mover.password }), 202);
    const { token: proof } = await app.mailbox.waitFor(moved, 'emailChange');
    accepted(await app.api.post('/v1/auth/email/verify', { token: proof }), 200);
    for (const { token, binding, requestId, code } of mails) {
      expect(refusal(await redeem(app, { token, binding }))).toBe('400 tokens.invalid');
      expect((await redeem(app, { requestId, code })).status).toBeGreaterThanOrEqual(400);
    }
  });

  it.each([
    ['nothing', {}],
    ['a binding alone', { binding: 'x' }],
    ['a request alone', { requestId: '018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55' }],
    ['a code alone', { code: 'KQ7F-2MXP' }],
    ['both ways', { token: 'x', requestId: '018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55', code: 'KQ7F-2MXP' }],
  ])('refuses %s', async (_, body) => {
    expect(refusal(await redeem(app, body))).toBe('400 authentication.magic_link_incomplete');
  });

  it('refuses what never was, and links of another kind', async () => {
    const requestId = '018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55';
    expect(refusal(await redeem(app, { requestId, code: 'KQ7F-2MXP' }))).toBe('400 tokens.invalid');
    const { binding } = await askForLink(app, someone().email);
    for (const token of ['x', 'A'.repeat(43)]) {
      expect(refusal(await redeem(app, { token, binding }))).toBe('400 tokens.invalid');
    }
    const ada = await registerAndVerify(app);
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    expect(refusal(await redeem(app, { token, binding }))).toBe('400 tokens.invalid');
  });

  it('records who asked, who came in and who failed, and never a token, a code or a binding', async () => {
    const ada = await arrive(app);
    const seen = (await auditTrail(app)).length;
    const { token, binding, requestId, code } = await magicMail(app, ada.email);
    await redeem(app, { token });
    await redeem(app, { requestId, code: wrong(code) });
    accepted(await redeem(app, { token, binding }), 200);
    const rows = (await auditTrail(app)).slice(seen);
    const failed = { type: 'authentication.sign_in_failed', userId: ada.id };
    expect(rows).toMatchObject([
      { type: 'authentication.magic_link_requested', userId: null, data: {} },
      { ...failed, data: { factor: 'magic_link', reason: 'magic_link_elsewhere' } },
      { ...failed, data: { factor: 'magic_link', reason: 'code_wrong' } },
      { type: 'authentication.signed_in', userId: ada.id, data: { factor: 'magic_link', carrier: 'tokens' } },
    ]);
    const stored = await app.sql<{ line: string }>('SELECT m::text AS line FROM magic_links m');
    const written = [...stored.map(({ line }) => line), JSON.stringify(rows), ...app.logLines];
    for (const secret of [token, binding, code, code.replace('-', '')]) {
      expect(written.filter((line) => line.includes(secret))).toEqual([]);
    }
  });

  it('is swept two days after it was asked for', async () => {
    const { requestId } = await askForLink(app, someone().email);
    const rows = (): Promise<object[]> => hold('SELECT 1 FROM magic_links WHERE id = $1', requestId);
    await app.pass(2 * 86_400 - 60);
    await app.sweep();
    expect(await rows()).toHaveLength(1);
    await app.pass(120);
    await app.sweep();
    expect(await rows()).toEqual([]);
  });
});

describe(`limits of signing in by mail, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    const limits = 'magic_link.code=7/3600,magic_link.account=3/3600,magic_link.redeem=1000/3600';
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_LIMITS: limits } });
  });

  afterAll(() => app.stop());

  it('are by account over all its requests: for codes typed, and for mails asked for', async () => {
    const ada = await registerAndVerify(app);
    const [one, two] = [await magicMail(app, ada.email, 1), await magicMail(app, ada.email, 2)];
    const answers: number[] = [];
    for (const { requestId, code } of [one, two]) {
      for (let attempt = 0; attempt < 4; attempt += 1) {
        answers.push((await redeem(app, { requestId, code: wrong(code) })).status);
      }
    }
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 401, 429]);
    expect(refusal(await redeem(app, { requestId: two.requestId, code: two.code }))).toBe('429 limits.throttled');
    accepted(await redeem(app, { token: one.token, binding: one.binding }), 200);
    const ask = (email: string): Promise<{ status: number }> => app.api.post('/v1/auth/magic-link', { email });
    expect([(await ask(ada.email)).status, (await ask(ada.email.toUpperCase())).status]).toEqual([202, 429]);
  });
});
