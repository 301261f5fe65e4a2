import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, type SignedIn, signIn, type Visit } from '../support/people.js';
import {
  answerChallenge,
  Authenticator,
  beginSignIn,
  codeAt,
  enrolTotp,
  signInWithCode,
  stepUp,
} from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  readonly qrSvg: string;
}

describe(`an authenticator app, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  const begin = async ({ api }: Visit): Promise<Enrolment> => accepted(await api.post<Enrolment>('/v1/me/totp'), 200);
  const confirm = ({ api }: Visit, body: object): Promise<Answer<{ backupCodes: string[] | null }>> =>
    api.post<{ backupCodes: string[] | null }>('/v1/me/totp/confirm', body);
  const enabled = async ({ api }: Visit): Promise<unknown> => (await api.get('/v1/me/totp')).body['enabled'];
  const alive = async ({ accessToken }: SignedIn): Promise<boolean> =>
    (await app.api.as(accessToken).get('/v1/me/sessions/current')).status === 200;
  const eventsOf = async ({ id }: Visit): Promise<string[]> => (await trailOf(app, id)).map(({ type }) => type);
  const lastAlert = async (visit: Visit, nth = 1): Promise<string> =>
    (await app.mailbox.waitFor(visit.email, 'securityAlert', nth)).subject;

  describe('is enrolled', () => {
    it('by a secret of 160 bits, as text, as otpauth URI and as a picture', async () => {
      const ada = await arrive(app);
      const { secret, uri, qrSvg } = await begin(ada);
      expect(secret).toMatch(/^[A-Z2-7]{32}$/);
      expect(uri).toMatch(/^otpauth:\/\/totp\//);
      const { pathname, searchParams } = new URL(uri);
      expect(decodeURIComponent(pathname)).toContain(ada.email);
      expect(Object.fromEntries(searchParams)).toMatchObject({ secret, digits: '6', period: '30', algorithm: 'SHA1' });
      expect(qrSvg).toMatch(/^<svg [^]*<\/svg>$/);
    });

    it('and asked for at the next sign-in, whose session has two factors', async () => {
      const ada = await arrive(app);
      expect(await enabled(ada)).toBe(false);
      const { authenticator, backupCodes } = await enrolTotp(app, ada.api);
      expect(backupCodes).toHaveLength(10);
      expect((await ada.api.get('/v1/me/totp')).body).toEqual({ enabled: true, since: expect.any(String) as string });
      expect(await lastAlert(ada)).toMatch(/authenticator app was added/);

      const challenge = await beginSignIn(app, ada);
      expect(challenge.methods).toEqual(['totp', 'backup_code']);
      const session = accepted(await answerChallenge(app.api, challenge.id, await authenticator.nextCode()), 200);
      expect(session.status).toBe('authenticated');
      const current = await app.api.as(session.accessToken).get('/v1/me/sessions/current');
      expect(current.body).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:gatehouse:acr:2fa' });
    });

    it('by a code of the new secret, which is used up by it', async () => {
      const ada = await arrive(app);
      const { secret } = await begin(ada);
      const authenticator = new Authenticator(app, secret);
      const wrong = await confirm(ada, { code: codeAt(secret, 7) });
      expect(refusal(wrong)).toBe('400 mfa.enrolment_code_wrong');
      expect(await enabled(ada)).toBe(false);
      expect((await signIn(app, ada)).status).toBe('authenticated');

      const code = await authenticator.code();
      accepted(await confirm(ada, { code }), 200);
      const { id } = await beginSignIn(app, ada);
      expect(refusal(await answerChallenge(app.api, id, code))).toBe('401 authentication.code_wrong');
    });

    it('within half an hour, and only the last that was begun', async () => {
      const ada = await arrive(app);
      expect(refusal(await confirm(ada, { code: '123456' }))).toBe('409 mfa.enrolment_missing');
      const first = await begin(ada);
      const second = await begin(ada);
      const code = (secret: string): Promise<string> => new Authenticator(app, secret).code();
      expect(refusal(await confirm(ada, { code: await code(first.secret) }))).toBe('400 mfa.enrolment_code_wrong');
      await app.sql(`UPDATE totp_factors SET created_at = app_now() - interval '31 minutes'`);
      expect(refusal(await confirm(ada, { code: await code(second.secret) }))).toBe('409 mfa.enrolment_missing');
    });

    it('in the place of the old one, whose codes end; backup codes stay', async () => {
      const ada = await arrive(app);
      const { authenticator: old } = await enrolTotp(app, ada.api);
      const again = await stepUp(app, ada, await old.nextCode());
      const { authenticator, backupCodes } = await enrolTotp(app, again.api);
      expect(backupCodes).toEqual([]);
      expect(await lastAlert(ada, 2)).toMatch(/was replaced/);
      expect(await eventsOf(ada)).toContain('authentication.totp_replaced');
      const { id } = await beginSignIn(app, ada);
      expect(refusal(await answerChallenge(app.api, id, await old.nextCode()))).toBe('401 authentication.code_wrong');
      accepted(await answerChallenge(app.api, id, await authenticator.code()), 200);
    });

    it('only soon after a sign-in at the highest level of the account', async () => {
      const ada = await arrive(app);
      await enrolTotp(app, ada.api);
      for (const ask of [
        ada.api.post('/v1/me/totp'),
        ada.api.post('/v1/me/totp/confirm', { code: '123456' }),
        ada.api.delete('/v1/me/totp'),
        ada.api.post('/v1/me/backup-codes'),
      ]) {
        expect(refusal(await ask)).toBe('403 authentication.step_up_required');
      }
      expect(refusal(await app.api.post('/v1/me/totp'))).toBe('401 http.unauthenticated');
    });

    it('ending the other sessions where that is wished', async () => {
      const ada = await arrive(app);
      const other = await signIn(app, ada);
      const { secret } = await begin(ada);
      const code = await new Authenticator(app, secret).code();
      accepted(await confirm(ada, { code, endOtherSessions: true }), 200);
      expect([await alive(other), await alive(ada.tokens)]).toEqual([false, true]);
    });
  });

  describe('gives codes that', () => {
    it('work once', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      const code = await authenticator.nextCode();
      await signInWithCode(app, ada, code);
      const { id } = await beginSignIn(app, ada);
      expect(refusal(await answerChallenge(app.api, id, code))).toBe('401 authentication.code_wrong');
    });

    it('work a step late and a step early, once, and not after a later one', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      await app.pass(60);
      await authenticator.nextStep();
      const [late, early] = [await authenticator.code(-1), await authenticator.code(1)];
      await signInWithCode(app, ada, late);
      const again = await beginSignIn(app, ada);
      expect(refusal(await answerChallenge(app.api, again.id, late))).toBe('401 authentication.code_wrong');
      accepted(await answerChallenge(app.api, again.id, early), 200);
      const { id } = await beginSignIn(app, ada);
      expect(refusal(await answerChallenge(app.api, id, await authenticator.code()))).toMatch(/code_wrong$/);
    });

    it('end: two steps late or early they are wrong', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      await app.pass(90);
      await authenticator.nextStep();
      const { id } = await beginSignIn(app, ada);
      for (const steps of [-2, 2]) {
        const answer = await answerChallenge(app.api, id, await authenticator.code(steps));
        expect(refusal(answer)).toBe('401 authentication.code_wrong');
      }
    });
  });

  describe('is removed', () => {
    it('with the backup codes that stood in for it; the password is enough again', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      const again = await stepUp(app, ada, await authenticator.nextCode());
      const waiting = await beginSignIn(app, ada);
      accepted(await again.api.delete('/v1/me/totp'), 204);
      expect(await lastAlert(ada, 2)).toMatch(/was removed/);
      expect(await eventsOf(ada)).toContain('authentication.totp_removed');
      expect(await enabled(again)).toBe(false);
      expect((await again.api.get('/v1/me/backup-codes')).body).toEqual({ total: 0, remaining: 0, createdAt: null });
      expect((await signIn(app, ada)).status).toBe('authenticated');
      const late = await answerChallenge(app.api, waiting.id, await authenticator.nextCode());
      expect(refusal(late)).toBe('410 authentication.challenge_expired');
      expect(refusal(await (await arrive(app)).api.delete('/v1/me/totp'))).toBe('404 mfa.totp_not_enrolled');
    });

    it('ending the other sessions where that is wished', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      const other = await signInWithCode(app, ada, await authenticator.nextCode());
      const again = await stepUp(app, ada, await authenticator.nextCode());
      accepted(await again.api.delete('/v1/me/totp', { endOtherSessions: true }), 204);
      expect([await alive(other), await alive(again.tokens)]).toEqual([false, true]);
    });

    it('with the account', async () => {
      const ada = await arrive(app);
      const { authenticator } = await enrolTotp(app, ada.api);
      const again = await stepUp(app, ada, await authenticator.nextCode());
      const [{ id } = { id: '' }] = await app.sql<{ id: string }>('SELECT id FROM users WHERE email = $1', [ada.email]);
      accepted(await again.api.delete('/v1/me', { currentPassword: ada.password }), 204);
      for (const table of ['totp_factors', 'backup_codes']) {
        expect(await app.sql(`SELECT user_id FROM ${table} WHERE user_id = $1`, [id])).toEqual([]);
      }
    });
  });

  it('is left alone by a password reset, and asked for after it', async () => {
    const ada = await arrive(app);
    const { authenticator } = await enrolTotp(app, ada.api);
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    const password = 'meadow lantern hollow 7';
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword: password }), 204);
    const { id, methods } = await beginSignIn(app, { ...ada, password });
    expect(methods).toEqual(['totp', 'backup_code']);
    accepted(await answerChallenge(app.api, id, await authenticator.nextCode()), 200);
  });

  it('is asked for before a required new password', async () => {
    const ada = await arrive(app);
    const { authenticator } = await enrolTotp(app, ada.api);
    await app.sql(
      'UPDATE password_credentials SET must_change = true WHERE user_id = (SELECT id FROM users WHERE email = $1)',
      [ada.email],
    );
    const { id } = await beginSignIn(app, ada);
    const proved = accepted(await answerChallenge(app.api, id, await authenticator.nextCode()), 200);
    expect(proved.status).toBe('password_change_required');
    const { challenge } = proved as unknown as { challenge: { id: string } };
    const change = { challengeId: challenge.id, newPassword: 'meadow lantern hollow 7' };
    const session = accepted(await app.api.post<SignedIn>('/v1/auth/password/change-required', change), 200);
    const current = await app.api.as(session.accessToken).get('/v1/me/sessions/current');
    expect(current.body).toMatchObject({ acr: 'urn:gatehouse:acr:2fa' });
  });

  it('has its secret in no table, log line or mail, and its codes neither', async () => {
    const ada = await arrive(app);
    const { authenticator, backupCodes } = await enrolTotp(app, ada.api);
    const code = await authenticator.nextCode();
    await signInWithCode(app, ada, code);
    const { id } = await beginSignIn(app, ada);
    accepted(await answerChallenge(app.api, id, backupCodes[0]!, 'backup_code'), 200);
    await app.mailbox.waitFor(ada.email, 'securityAlert', 2);

    const { secret } = authenticator;
    const raw = Buffer.from(codeBytes(secret));
    const [plain] = await app.sql<{ found: boolean }>(
      'SELECT bool_or(position($1 IN sealed_secret) > 0) AS found FROM totp_factors',
      [raw],
    );
    expect(plain!.found).toBe(false);
    const codes = backupCodes.flatMap((shown) => [
      shown,
      shown.replaceAll('-', ''),
      shown.replaceAll('-', '').slice(4),
    ]);
    const written = [
      await dump(),
      app.logLines.join('\n'),
      ...(await app.mailbox.of(ada.email)).flatMap(({ text, html }) => [text, html]),
    ].join('\n');
    for (const known of [secret, raw.toString('hex'), raw.toString('base64'), id, ...codes]) {
      expect(written.includes(known)).toBe(false);
    }
  });

  /** Every row of every table, as text. */
  const dump = async (): Promise<string> => {
    const tables = await app.sql<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const rows = await Promise.all(tables.map(({ name }) => app.sql(`SELECT t::text AS row FROM ${name} t`)));
    return JSON.stringify(rows);
  };
});

/** The bytes of a base32 secret. */
function codeBytes(base32: string): number[] {
  const bits = [...base32].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'));
  return (bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
}
