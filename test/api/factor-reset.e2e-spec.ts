import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, type SignedIn, signIn, someone, type Visit } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';

const day = 24 * 3600;

/** What an administrator may do, and what comes of it. How the owner goes on: factor-recovery.e2e-spec.ts. */
describe(`the reset of lost factors, queue on ${queueBackend}`, () => {
  let app: App;
  let root: Visit;
  let ada: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    root = await arrive(app, someone('root'));
    await promote(app, root);
    ada = await arrive(app, someone('ada'));
    await enrolTotp(app, ada.api);
  });

  const path = (id: string): string => `/v1/admin/users/${id}/factors/reset`;
  const begin = (visit = ada): Promise<Answer<Record<string, unknown>>> => root.api.post(path(visit.id));
  const read = async (visit = ada): Promise<Record<string, unknown>> =>
    accepted(await root.api.get(path(visit.id)), 200);
  const mailOf = (visit: Visit, nth = 1) => app.mailbox.waitFor(visit.email, 'factorReset', nth);
  const recover = (token: string, password = ada.password): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/recovery', { token, password });
  const login = ({ email: identifier, password }: Visit): Promise<Answer<SignedIn>> =>
    app.api.post<SignedIn>('/v1/auth/login', { identifier, password });
  /** As an administrator whose sign-in is fresh again, after so much time. */
  const pass = async (seconds: number): Promise<void> => {
    await app.pass(seconds);
    root = { ...root, api: app.api.as((await signIn(app, root)).accessToken) };
  };

  it('changes nothing yet, and tells the owner at once: who, when, from when', async () => {
    await app.sql(`UPDATE users SET name = 'Root of Example' WHERE email = $1`, [root.email]);
    const reset = accepted(await begin(), 202);
    expect(reset).toMatchObject({ state: 'pending', requestedBy: root.id, cancelledAt: null, completedAt: null });
    expect(Date.parse(String(reset['takesEffectAt'])) - Date.parse(String(reset['requestedAt']))).toBe(day * 1000);
    expect(await read()).toEqual(reset);

    const mail = await mailOf(ada);
    const written = (at: unknown): string => String(new Date(String(at)).toUTCString()).slice(17, 22);
    expect(mail.text).toContain('Root of Example');
    expect(mail.text).toContain(`at ${written(reset['requestedAt'])} UTC`);
    expect(mail.text).toContain(`at ${written(reset['takesEffectAt'])} UTC`);
    expect(mail.link).toMatch(/\/link\/recover\/[\w-]{43}$/);

    expect((await login(ada)).body.status).toBe('mfa_required');
    accepted(await ada.api.get('/v1/me'), 200);
    const trail = await trailOf(app, ada.id);
    expect(trail.find(({ type }) => type === 'authentication.factor_reset_requested')).toMatchObject({
      actorId: root.id,
      address: '127.0.0.1',
      data: { takesEffectAt: reset['takesEffectAt'] },
    });
  });

  it('is an administrator’s alone', async () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      expect(refusal(await app.api.call<object>(method, path(ada.id)))).toBe('401 http.unauthenticated');
      expect(refusal(await ada.api.call<object>(method, path(ada.id)))).toBe('403 http.forbidden');
      expect(refusal(await root.api.call<object>(method, path('nobody')))).toBe('404 users.not_found');
    }
    expect(refusal(await root.api.get(path(ada.id)))).toBe('404 authentication.factor_reset_not_found');
    expect(refusal(await root.api.delete(path(ada.id)))).toBe('404 authentication.factor_reset_not_found');
  });

  it('is delayed, and nobody can skip that: asking again changes nothing', async () => {
    const { takesEffectAt } = accepted(await begin(), 202);
    const { token } = await mailOf(ada);
    expect(refusal(await begin())).toBe('409 authentication.factor_reset_pending');
    await pass(day - 60);
    const early = await recover(token);
    expect(refusal(early)).toBe('403 authentication.recovery_too_early');
    expect(early.body).toMatchObject({ takesEffectAt });
    expect(refusal(await begin())).toBe('409 authentication.factor_reset_pending');
    expect((await login(ada)).body.status).toBe('mfa_required');
    await pass(61);
    expect(await read()).toMatchObject({ state: 'ready', takesEffectAt });
    accepted(await recover(token), 200);
    expect(await read()).toMatchObject({ state: 'completed' });
  });

  it('compares no password before its time, so that the link is no way to try some', async () => {
    accepted(await begin(), 202);
    const { token } = await mailOf(ada);
    const { result, hashes } = await app.statements.during(() => recover(token, 'not the password at all'));
    expect([refusal(result), hashes]).toEqual(['403 authentication.recovery_too_early', 0]);
  });

  it('ends when an administrator cancels it, with its link, and may begin anew', async () => {
    accepted(await begin(), 202);
    const { token } = await mailOf(ada);
    accepted(await root.api.delete(path(ada.id)), 204);
    expect(await read()).toMatchObject({ state: 'cancelled', cancelledAt: expect.any(String) as string });
    expect(refusal(await root.api.delete(path(ada.id)))).toBe('404 authentication.factor_reset_not_found');
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.factor_reset_cancelled', actorId: root.id });
    await pass(day + 1);
    expect(refusal(await recover(token))).toBe('410 tokens.used');

    accepted(await begin(), 202);
    const again = await mailOf(ada, 2);
    expect(refusal(await recover(again.token))).toBe('403 authentication.recovery_too_early');
  });

  it('ends a week after it took effect, where nobody used it, and may begin anew', async () => {
    accepted(await begin(), 202);
    const { token } = await mailOf(ada);
    await pass(8 * day + 1);
    expect(refusal(await recover(token))).toBe('410 tokens.expired');
    expect(await read()).toMatchObject({ state: 'expired' });
    accepted(await begin(), 202);
    expect(await read()).toMatchObject({ state: 'pending' });
  });

  it('is not for accounts that are disabled, deleted, or without second factors', async () => {
    const plain = await arrive(app, someone('plain'));
    expect(refusal(await begin(plain))).toBe('409 authentication.no_second_factors');
    accepted(await root.api.post(`/v1/admin/users/${ada.id}/disable`), 200);
    expect(refusal(await begin())).toBe('409 authentication.account_disabled');
    accepted(await plain.api.delete('/v1/me', { currentPassword: plain.password }), 204);
    expect(refusal(await begin(plain))).toBe('404 users.not_found');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the account is disabled', () => root.api.post(`/v1/admin/users/${ada.id}/disable`)],
    ['the account was disabled and enabled again', () => disableAndEnable()],
    ['the account moved to another address', () => move()],
  ])('has a dead link where %s meanwhile', async (_, meanwhile) => {
    accepted(await begin(), 202);
    const { token } = await mailOf(ada);
    await meanwhile();
    await pass(day + 1);
    expect((await recover(token)).status).toBe(410);
  });

  const disableAndEnable = async (): Promise<void> => {
    for (const verb of ['disable', 'enable']) accepted(await root.api.post(`/v1/admin/users/${ada.id}/${verb}`), 200);
  };
  const move = async (): Promise<void> => {
    const { email } = someone('moved');
    await app.sql(`UPDATE users SET second_factors = '{}' WHERE email = $1`, [ada.email]);
    accepted(await ada.api.post('/v1/me/email', { email, currentPassword: ada.password }), 202);
    const { token } = await app.mailbox.waitFor(email, 'emailChange');
    accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
  };

  it('of the administrator who asks is as slow as any other', async () => {
    const fresh = root;
    await enrolTotp(app, root.api);
    // One factor no longer suffices: the rest of the sign-in is made up.
    await app.sql(`UPDATE sessions SET acr = 'urn:gatehouse:acr:2fa' WHERE id = $1`, [root.tokens.session.id]);
    expect(accepted(await begin(fresh), 202)).toMatchObject({ state: 'pending', requestedBy: root.id });
    const { token } = await mailOf(root);
    expect(refusal(await recover(token, root.password))).toBe('403 authentication.recovery_too_early');
  });

  it('leaves a reset of the password what it is: it never removes factors', async () => {
    accepted(await app.api.post('/v1/auth/password/forgot', { email: ada.email }), 202);
    const { token } = await app.mailbox.waitFor(ada.email, 'passwordReset');
    const newPassword = 'meadow lantern hollow 7';
    accepted(await app.api.post('/v1/auth/password/reset', { token, newPassword }), 204);
    const answer = await login({ ...ada, password: newPassword });
    expect(answer.body).toMatchObject({ status: 'mfa_required', challenge: { methods: ['totp', 'backup_code'] } });
  });

  it('is the most that an administrator can do: no operation of theirs takes a password for somebody', async () => {
    interface Document {
      paths: Record<string, Record<string, { requestBody?: object }>>;
      components: { schemas: Record<string, object> };
    }
    const { paths, components } = (await app.api.get<Document>('/openapi.json')).body;
    const bodies = Object.entries(paths)
      .filter(([at]) => at.startsWith('/v1/admin/'))
      .flatMap(([, operations]) =>
        Object.values(operations).map(({ requestBody }) => JSON.stringify(requestBody ?? {})),
      );
    const named = bodies.flatMap((body) => [...body.matchAll(/schemas\/(\w+)/g)].map(([, name = '']) => name));
    const schemas = named.map((name) => JSON.stringify(components.schemas[name]));
    expect([...bodies, ...schemas].filter((text) => /"\w*password"/i.test(text))).toEqual([]);
  });
});
