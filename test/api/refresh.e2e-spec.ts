import type { Answer, CallOptions } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, refusal, type SignedIn, signIn, someone } from '../support/people.js';

const day = 24 * 3600;
const invalid = '401 sessions.refresh_token_invalid';
const reused = '401 sessions.refresh_token_reused';

interface AuditRow {
  readonly type: string;
  readonly session_id: string;
  readonly user_agent: string;
}

describe(`refreshing, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await arrive(app, someone('ada'));
  });

  afterAll(() => app.stop());

  const refresh = (refreshToken: string, options?: CallOptions): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }, options);
  const next = async (refreshToken: string): Promise<string> => accepted(await refresh(refreshToken), 200).refreshToken;
  const check = async (accessToken: string): Promise<number> =>
    (await app.api.as(accessToken).get('/v1/me/sessions/current')).status;
  const audited = (sessionId: string): Promise<AuditRow[]> =>
    app.sql<AuditRow>('SELECT * FROM audit_events WHERE session_id = $1 ORDER BY id', [sessionId]);

  it('swaps a token for the next one and a new access token of the same session', async () => {
    const first = await signIn(app, ada);
    const answer = accepted(await refresh(first.refreshToken), 200);
    expect(answer).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 300,
      refreshToken: expect.any(String),
    });
    expect(answer.refreshToken.slice(0, 36)).toBe(first.refreshToken.slice(0, 36));
    expect(answer.refreshToken).not.toBe(first.refreshToken);
    const current = await app.api.as(answer.accessToken).get('/v1/me/sessions/current');
    expect(current.body).toMatchObject({ id: first.session.id, authTime: first.session.authTime });
  });

  it('stores no token, and nothing that opens without one', async () => {
    const { refreshToken } = await signIn(app, ada);
    const child = await next(refreshToken);
    const rows = await app.sql<{ row: string }>('SELECT t::text AS row FROM refresh_tokens t');
    for (const token of [refreshToken, child]) {
      const secret = token.slice(37);
      for (const text of [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret, 'base64url').toString('hex'),
      ]) {
        expect(rows.filter(({ row }) => row.includes(text))).toEqual([]);
      }
    }
  });

  it('gives the same next token to a client that lost the answer, within the grace', async () => {
    const { refreshToken } = await signIn(app, ada);
    const child = await next(refreshToken);
    expect(await next(refreshToken)).toBe(child);
    await app.pass(9);
    expect(await next(refreshToken)).toBe(child);
    await next(child);
  });

  it('gives one next token to 64 that ask at once', async () => {
    const { refreshToken, session } = await signIn(app, ada);
    const answers = await Promise.all(Array.from({ length: 64 }, () => refresh(refreshToken)));
    const tokens = answers.map((answer) => accepted(answer, 200).refreshToken);
    expect(new Set(tokens).size).toBe(1);
    const rows = await app.sql(
      `SELECT generation FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id WHERE f.session_id = $1`,
      [session.id],
    );
    expect(rows).toHaveLength(2);
  });

  it('ends the session when a token comes again after the grace, and tells its owner from where', async () => {
    const thief = { headers: { 'user-agent': 'Thief/1.0' } };
    const victim = await arrive(app, someone('victim'));
    const { refreshToken, accessToken, session } = victim.tokens;
    const child = await next(refreshToken);
    await app.pass(11);
    expect(refusal(await refresh(refreshToken, thief))).toBe(reused);
    expect(refusal(await refresh(child))).toBe(invalid);
    expect(await check(accessToken)).toBe(401);

    const mail = await app.mailbox.waitFor(victim.email, 'securityAlert');
    expect(mail.text).toContain('127.0.0.1');
    expect(await audited(session.id)).toContainEqual(
      expect.objectContaining({ type: 'sessions.refresh_token_reused', user_agent: 'Thief/1.0' }),
    );
  });

  it('tells the owner once, however often a token comes again', async () => {
    const victim = await arrive(app, someone('often'));
    const { refreshToken, session } = victim.tokens;
    await next(refreshToken);
    await app.pass(11);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    for (const answer of answers) expect([invalid, reused]).toContain(refusal(answer));
    await app.mailbox.waitFor(victim.email, 'securityAlert');
    const events = (await audited(session.id)).filter(({ type }) => type === 'sessions.refresh_token_reused');
    expect(events).toHaveLength(1);
    const mails = await app.sql(`SELECT 1 FROM mails WHERE kind = 'security_alert' AND recipient = $1`, [victim.email]);
    expect(mails).toHaveLength(1);
  });

  it('ends the session when a grandparent comes again, even within the grace', async () => {
    const { refreshToken, accessToken } = await signIn(app, ada);
    const child = await next(refreshToken);
    const grandchild = await next(child);
    expect(refusal(await refresh(refreshToken))).toBe(reused);
    expect(refusal(await refresh(grandchild))).toBe(invalid);
    expect(await check(accessToken)).toBe(401);
  });

  it('ends the session when a token comes again after its child was used, even within the grace', async () => {
    const { refreshToken } = await signIn(app, ada);
    const child = await next(refreshToken);
    expect(await next(refreshToken)).toBe(child);
    await next(child);
    expect(refusal(await refresh(refreshToken))).toBe(reused);
  });

  it('leaves the other sessions of the person alone', async () => {
    const [attacked, other] = [await signIn(app, ada), await signIn(app, ada)];
    await next(attacked.refreshToken);
    await app.pass(11);
    expect(refusal(await refresh(attacked.refreshToken))).toBe(reused);
    expect(await check(other.accessToken)).toBe(200);
    await next(other.refreshToken);
  });

  it('audits a graced repetition from another device, and no other', async () => {
    const { refreshToken, session } = await signIn(app, ada, { headers: { 'user-agent': 'Home/1.0' } });
    await refresh(refreshToken, { headers: { 'user-agent': 'Home/1.0' } });
    await refresh(refreshToken, { headers: { 'user-agent': 'Home/1.0' } });
    const elsewhere = 'sessions.refresh_token_replayed_elsewhere';
    expect((await audited(session.id)).map(({ type }) => type)).not.toContain(elsewhere);
    accepted(await refresh(refreshToken, { headers: { 'user-agent': 'Away/2.0' } }), 200);
    expect(await audited(session.id)).toContainEqual(
      expect.objectContaining({ type: elsewhere, user_agent: 'Away/2.0' }),
    );
  });

  it('ends with the absolute limit of the session, however much it was used', async () => {
    const { refreshToken, session } = await signIn(app, ada);
    let token = refreshToken;
    for (const days of [13, 13]) {
      await app.pass(days * day);
      token = await next(token);
    }
    await app.pass(4 * day - 120);
    token = await next(token);
    await app.pass(240);
    expect(refusal(await refresh(token))).toBe(invalid);
    const [family] = await app.sql<{ same: boolean }>(
      `SELECT f.expires_at = s.expires_at AND s.expires_at = s.created_at + interval '30 days' AS same
       FROM refresh_families f JOIN sessions s ON s.id = f.session_id WHERE s.id = $1`,
      [session.id],
    );
    expect(family).toEqual({ same: true });
  });

  it('ends when nobody used it for the idle time', async () => {
    const [used, idle] = [await signIn(app, ada), await signIn(app, ada)];
    await app.pass(13 * day);
    const token = await next(used.refreshToken);
    await app.pass(2 * day);
    expect(refusal(await refresh(idle.refreshToken))).toBe(invalid);
    await next(token);
  });

  it('takes a token that never existed as no sign of anything', async () => {
    const { refreshToken, accessToken } = await signIn(app, ada);
    const guess = `${refreshToken.slice(0, 37)}${'A'.repeat(43)}`;
    const answers = [guess, 'x', '', `${guess}x`, refreshToken.toUpperCase(), refreshToken.slice(37)];
    for (const token of answers) expect(refusal(await refresh(token))).toBe(invalid);
    expect(await check(accessToken)).toBe(200);
    await next(refreshToken);
  });

  it('takes no access token in its place, and the other way round', async () => {
    const { refreshToken, accessToken } = await signIn(app, ada);
    expect(refusal(await refresh(accessToken))).toMatch(/^40[01] /);
    expect(await check(refreshToken)).toBe(401);
  });

  it('stops at once for a disabled account', async () => {
    const person = await arrive(app, someone('disabled'));
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [person.email]);
    expect(refusal(await refresh(person.tokens.refreshToken))).toBe(invalid);
    expect(await check(person.tokens.accessToken)).toBe(401);
  });

  it('says in new tokens what roles the person has now', async () => {
    const person = await arrive(app, someone('promoted'));
    await app.sql(`UPDATE users SET roles = '{admin}' WHERE email = $1`, [person.email]);
    const { accessToken } = accepted(await refresh(person.tokens.refreshToken), 200);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ roles: ['admin'] });
  });
});
