import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, type SignedIn, signIn, type Visit } from '../support/people.js';
import {
  answerChallenge,
  type Authenticator,
  beginSignIn,
  type Challenged,
  enrolTotp,
  signInWithCode,
} from '../support/second-factors.js';

describe(`the challenge of a sign-in, queue on ${queueBackend}`, () => {
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
  const wrong = '000000';
  const answer = (id: string, code: string): Promise<Answer<SignedIn>> => answerChallenge(app.api, id, code);
  const tellsNothingOf = (owned: Owner, { body }: Answer<object>): void => {
    const said = JSON.stringify(body);
    for (const known of [owned.email, owned.id, owned.authenticator.secret]) expect(said).not.toContain(known);
    expect(Object.keys(body).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type']);
  };
  const auditOf = (owned: Visit, type: string): Promise<{ data: Record<string, unknown> }[]> =>
    app.sql(
      `SELECT data FROM audit_events WHERE type = $1 AND user_id = (SELECT id FROM users WHERE email = $2)
       ORDER BY occurred_at`,
      [type, owned.email],
    );

  it('gives no session before it is answered, and one that says how afterwards', async () => {
    const ada = await owner();
    const { id, methods, expiresAt } = await beginSignIn(app, ada);
    expect(methods).toEqual(['totp', 'backup_code']);
    expect(Date.parse(expiresAt)).toBeGreaterThan(0);
    expect((await app.api.as(id).get('/v1/me')).status).toBe(401);
    const session = accepted(await answer(id, await ada.authenticator.nextCode()), 200);
    const { body } = await app.api.as(session.accessToken).get('/v1/me/sessions/current');
    expect(body).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:gatehouse:acr:2fa' });
    expect(await auditOf(ada, 'authentication.signed_in')).toContainEqual({
      data: { factor: 'password+totp', carrier: 'tokens', steppedUp: false },
    });
  });

  it('takes another answer after a wrong one', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    const refused = await answer(id, wrong);
    expect(refusal(refused)).toBe('401 authentication.code_wrong');
    tellsNothingOf(ada, refused);
    accepted(await answer(id, await ada.authenticator.nextCode()), 200);
    expect(await auditOf(ada, 'authentication.second_factor_failed')).toEqual([{ data: { method: 'totp' } }]);
  });

  it('that was answered says so to who answers again', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    accepted(await answer(id, await ada.authenticator.nextCode()), 200);
    const again = await answer(id, await ada.authenticator.nextCode());
    expect(refusal(again)).toBe('410 authentication.challenge_used');
    tellsNothingOf(ada, again);
  });

  it('ends after ten minutes', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    await app.pass(601);
    const late = await answer(id, await ada.authenticator.nextCode());
    expect(refusal(late)).toBe('410 authentication.challenge_expired');
    tellsNothingOf(ada, late);
  });

  it('takes five answers, the right one no more after them', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    for (let nth = 1; nth <= 5; nth += 1) {
      expect([nth, refusal(await answer(id, wrong))]).toEqual([nth, '401 authentication.code_wrong']);
    }
    const right = await answer(id, await ada.authenticator.nextCode());
    expect(refusal(right)).toBe('410 authentication.challenge_exhausted');
    tellsNothingOf(ada, right);
  });

  it('that never was is told from no other thing', async () => {
    for (const id of ['x', 'A'.repeat(43)]) {
      expect(refusal(await answer(id, wrong))).toBe('400 authentication.challenge_invalid');
    }
  });

  it('of a step-up is answered from the session that began it, and from no other', async () => {
    const [ada, eve] = [await owner(), await owner()];
    const begun = await ada.api.post<Challenged>('/v1/auth/step-up', { password: ada.password });
    const { id } = accepted(begun, 200).challenge;
    const code = await ada.authenticator.nextCode();
    for (const api of [eve.api, app.api]) {
      const foreign = await answerChallenge(api, id, code);
      expect(refusal(foreign)).toBe('403 authentication.challenge_foreign');
      tellsNothingOf(ada, foreign);
    }
    const renewed = accepted(await answerChallenge(ada.api, id, code), 200);
    expect((await ada.api.get('/v1/me/sessions/current')).status).toBe(401);
    expect((await app.api.as(renewed.accessToken).get('/v1/me/sessions/current')).status).toBe(200);
  });

  it('ends with a password reset', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword: 'meadow lantern hollow 7' }), 204);
    const late = await answer(id, await ada.authenticator.nextCode());
    expect(refusal(late)).toBe('410 authentication.challenge_expired');
  });

  it('of a disabled account takes no answer', async () => {
    const ada = await owner();
    const { id } = await beginSignIn(app, ada);
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [ada.email]);
    expect((await answer(id, await ada.authenticator.nextCode())).status).toBe(410);
  });

  describe('counts wrong answers', () => {
    /** So many wrong answers, each challenge taking five. */
    const guess = async (owned: Owner, times: number): Promise<string[]> => {
      const answers: string[] = [];
      while (answers.length < times) {
        const { id } = await beginSignIn(app, owned);
        for (let nth = 0; nth < 5 && answers.length < times; nth += 1) {
          answers.push(refusal(await answer(id, wrong)));
        }
      }
      return answers;
    };
    const failuresOf = (owned: Visit, count: number): Promise<unknown> => setFailures(owned, 'totp', count);
    const setFailures = async (owned: Visit, method: string, count: number): Promise<unknown> => {
      const [row] = await app.sql<{ id: string }>('SELECT id FROM users WHERE email = $1', [owned.email]);
      const { FailureCounters } = await import('../../libs/limits/src/failure-counters.js');
      const key = app.get(FailureCounters).keyOf(`${method}:${row!.id}`);
      return app.sql(
        `INSERT INTO failure_counters (key, failures, last_failed_at) VALUES ($1, $2, app_now())
         ON CONFLICT (key) DO UPDATE SET failures = $2`,
        [key, count],
      );
    };

    it('over all challenges of an account: 30 an hour, then none is compared, and right ones count for nothing', async () => {
      const ada = await owner();
      await signInWithCode(app, ada, await ada.authenticator.nextCode());
      expect(new Set(await guess(ada, 30))).toEqual(new Set(['401 authentication.code_wrong']));
      const { id } = await beginSignIn(app, ada);
      const refused = await answer(id, await ada.authenticator.nextCode());
      expect(refusal(refused)).toBe('429 limits.throttled');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
      await app.pass(3601);
      await signInWithCode(app, ada, await ada.authenticator.nextCode());
    });

    it('in a row: a right one ends the row', async () => {
      const ada = await owner();
      await failuresOf(ada, 98);
      await guess(ada, 1);
      await signInWithCode(app, ada, await ada.authenticator.nextCode());
      expect(await guess(ada, 2)).toEqual(['401 authentication.code_wrong', '401 authentication.code_wrong']);
      expect((await app.mailbox.of(ada.email, 'securityAlert')).some(isLockMail)).toBe(false);
    });

    it('in a row: the hundredth disables that factor, right codes too, and tells the owner once', async () => {
      const ada = await owner();
      await failuresOf(ada, 99);
      expect(await guess(ada, 1)).toEqual(['401 authentication.code_wrong']);
      expect(await guess(ada, 2)).toEqual(['403 mfa.factor_locked', '403 mfa.factor_locked']);
      await app.pass(7200);
      const { id } = await beginSignIn(app, ada);
      expect(refusal(await answer(id, await ada.authenticator.nextCode()))).toBe('403 mfa.factor_locked');

      await app.mailbox.waitFor(ada.email, 'securityAlert', 2);
      accepted(await answerChallenge(app.api, id, ada.backupCodes[0]!, 'backup_code'), 200);
      await app.mailbox.waitFor(ada.email, 'securityAlert', 3);
      expect((await app.mailbox.of(ada.email, 'securityAlert')).filter(isLockMail)).toHaveLength(1);
      expect(await auditOf(ada, 'authentication.second_factor_locked')).toEqual([{ data: { method: 'totp' } }]);
    });

    it('until recovery: the factor set up again works again', async () => {
      const ada = await owner();
      await failuresOf(ada, 100);
      const session = await signInWithCode(app, ada, ada.backupCodes[0]!, 'backup_code');
      const { authenticator } = await enrolTotp(app, app.api.as(session.accessToken));
      await signInWithCode(app, ada, await authenticator.nextCode());
    });

    it('of each factor by itself', async () => {
      const ada = await owner();
      await setFailures(ada, 'backup_code', 100);
      const { id } = await beginSignIn(app, ada);
      const refused = await answerChallenge(app.api, id, ada.backupCodes[0]!, 'backup_code');
      expect(refusal(refused)).toBe('403 mfa.factor_locked');
      accepted(await answer(id, await ada.authenticator.nextCode()), 200);
    });

    it('and never those of somebody who does not know the password', async () => {
      const ada = await owner();
      const { email: identifier } = ada;
      for (let nth = 0; nth < 3; nth += 1) {
        await app.api.post('/v1/auth/login', { identifier, password: 'not the password at all' });
      }
      expect(await auditOf(ada, 'authentication.second_factor_failed')).toEqual([]);
      await signInWithCode(app, ada, await ada.authenticator.nextCode());
    });
  });

  it('is not asked of an account without second factors', async () => {
    expect((await signIn(app, await arrive(app))).status).toBe('authenticated');
  });
});

const isLockMail = ({ subject }: { subject: string }): boolean => /stopped guessing/.test(subject);
