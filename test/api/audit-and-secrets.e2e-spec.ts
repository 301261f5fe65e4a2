import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@app/crypto';
import { SigningKeys } from '@app/tokens';
import { type App, startApp } from '../support/app.js';
import { leaks, Recorder } from './support/recorder.js';
import { type Step, userAgent, WholeJourney } from './support/whole-journey.js';

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;
const password = { factor: 'password' };

describe(`the audit log and secrets over a whole journey, queue on ${queueBackend}`, () => {
  let app: App;
  let recorder: Recorder;
  let journey: WholeJourney;
  let ada: { email: string; id: string };
  let root: { email: string; id: string };
  let began: Date;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
    recorder = await Recorder.start(app);
    journey = new WholeJourney(app);
    [{ now: began }] = (await app.sql<{ now: Date }>('SELECT app_now() AS now')) as [{ now: Date }];
    await travel();
  });

  afterAll(async () => {
    recorder?.stop();
    await app?.stop();
  });

  async function travel(): Promise<void> {
    const { step, post } = { step: journey.step.bind(journey), post: journey.post.bind(journey) };
    const idOf = async (bearer: string): Promise<string> => String((await app.api.as(bearer).get('/v1/me')).body['id']);
    const person = await journey.register('ada');
    const wrong = journey.keep('wrong password', 'a lantern of somebody else');
    const { email: identifier } = person;
    await step('login, wrong', 401, () => post('/v1/auth/login', { identifier, password: wrong }));
    await step('login, unknown', 401, () => post('/v1/auth/login', { identifier: 'x@example.test', password: wrong }));
    const first = await journey.login('login', identifier, person.password);
    ada = { email: person.email, id: await idOf(first.accessToken) };
    await step('profile', 200, () =>
      app.api.patch('/v1/me', { name: 'Ada' }, { bearer: first.accessToken, headers: { 'user-agent': userAgent } }),
    );
    await journey.visitByCookie(identifier, person.password);
    await journey.abuseRefreshTokens(first);

    const second = await journey.login('login', identifier, person.password);
    const changed = journey.keep('password', 'a password that was changed');
    const change = { currentPassword: person.password, newPassword: changed };
    await step('change', 204, () => post('/v1/me/password', change, second.accessToken));
    const weak = journey.keep('refused password', 'short lamp');
    await step('change, refused', 400, () =>
      post('/v1/me/password', { currentPassword: changed, newPassword: weak }, second.accessToken),
    );
    const reset = await journey.resetPassword(identifier);
    const third = await journey.login('login', identifier, reset);
    const email = await journey.changeEmail(third.accessToken, reset);

    const fourth = await journey.login('login', email, reset);
    const options = { bearer: fourth.accessToken, headers: { 'user-agent': userAgent } };
    await step('end one', 204, () => app.api.delete(`/v1/me/sessions/${third.session.id}`, undefined, options));
    await journey.login('login', email, reset);
    await step('end others', 204, () => app.api.delete('/v1/me/sessions', undefined, options));

    const admin = await journey.becomeAdmin();
    const power = await journey.login('login of admin', admin.email, admin.password);
    root = { email: admin.email, id: await idOf(power.accessToken) };
    const byAdmin = { bearer: power.accessToken, headers: { 'user-agent': userAgent } };
    const account = `/v1/admin/users/${ada.id}`;
    await step('admin ends', 204, () => app.api.delete(`${account}/sessions/${fourth.session.id}`, undefined, byAdmin));
    await step('admin ends all', 204, () => app.api.delete(`${account}/sessions`, undefined, byAdmin));
    await step('disable', 200, () => app.api.post(`${account}/disable`, undefined, byAdmin));
    await step('login, disabled', 401, () => post('/v1/auth/login', { identifier: email, password: reset }));
    await step('enable', 200, () => app.api.post(`${account}/enable`, undefined, byAdmin));
    const { password: currentPassword, tokens: last } = await journey.changeRequired(email, reset);
    await step('delete', 204, () =>
      app.api.delete('/v1/me', { currentPassword }, { bearer: last.accessToken, headers: { 'user-agent': userAgent } }),
    );
    await app.mailbox.waitFor(ada.email, 'securityAlert');
    for (const token of await recorder.mailedTokens()) journey.keep('mailed token', token);
    const { secretKey, encryptionKeys } = app.config.crypto;
    journey.keep('secret key', secretKey);
    for (const { key } of encryptionKeys) journey.keep('encryption key', key.toString('base64'));
    const { d } = app.get(SigningKeys).current().privateKey.export({ format: 'jwk' });
    journey.keep('private signing key', d!);
  }

  const byAda = (type: string, data: object = {}): object => ({ type, userId: ada.id, actorId: ada.id, data });
  const byAdmin = (type: string, data: object = {}): object => ({ type, userId: ada.id, actorId: root.id, data });
  const signedIn = (carrier: string): object => byAda('authentication.signed_in', { ...password, carrier });
  const nobody = { userId: null, actorId: null };
  const failed = (userId: string | null, reason: string): object => ({
    type: 'authentication.sign_in_failed',
    userId,
    actorId: null,
    data: { ...password, reason },
  });
  const family = { actorId: null, data: { familyId: uuid } };
  const expected = (): [string, object[]][] => [
    ['register', [{ type: 'authentication.registration_requested', ...nobody, data: { reference: uuid } }]],
    ['verify', [byAda('authentication.registered'), byAda('authentication.email_verified')]],
    ['login, wrong', [failed(ada.id, 'credentials_wrong')]],
    ['login, unknown', [failed(null, 'credentials_wrong')]],
    ['login', [signedIn('tokens')]],
    ['profile', [byAda('users.profile_changed', { members: ['name'] })]],
    ['login by cookie', [signedIn('cookie')]],
    ['logout', [byAda('sessions.ended', { reason: 'signed_out' })]],
    ['refresh', []],
    ['refresh again', []],
    ['refresh elsewhere', [{ type: 'sessions.refresh_token_replayed_elsewhere', userId: ada.id, ...family }]],
    ['refresh on', []],
    ['reuse', [{ type: 'sessions.refresh_token_reused', userId: ada.id, ...family }]],
    ['login', [signedIn('tokens')]],
    ['change', [byAda('authentication.password_changed')]],
    ['change, refused', []],
    ['forgot', [{ type: 'authentication.password_reset_requested', ...nobody, data: {} }]],
    ['reset', [byAda('authentication.password_reset')]],
    ['login', [signedIn('tokens')]],
    ['ask to move', [byAda('authentication.email_change_requested')]],
    ['move', [byAda('authentication.email_changed')]],
    ['login', [signedIn('tokens')]],
    ['end one', [byAda('sessions.ended', { reason: 'ended_by_user' })]],
    ['login', [signedIn('tokens')]],
    ['end others', [byAda('sessions.all_ended', { count: 1, kept: uuid })]],
    ['create admin', [{ type: 'authentication.first_admin_created', userId: root.id, actorId: null, data: {} }]],
    ['login of admin', [{ type: 'authentication.signed_in', userId: root.id, actorId: root.id }]],
    ['admin ends', [byAdmin('sessions.ended', { reason: 'ended_by_admin' })]],
    ['admin ends all', [byAdmin('sessions.all_ended', { count: 0, kept: null })]],
    ['disable', [byAdmin('users.disabled')]],
    ['login, disabled', [failed(ada.id, 'account_not_active')]],
    ['enable', [byAdmin('users.enabled')]],
    ['login, change required', [byAda('authentication.password_change_required', password)]],
    ['change required', [byAda('authentication.password_changed'), signedIn('tokens')]],
    ['delete', [byAda('users.deleted')]],
  ];

  it('leaves for each request exactly its events: what happened, to whom, by whom', () => {
    const seen = journey.steps.map(({ what, rows }): [string, object[]] => [what, [...rows]]);
    expect(seen).toMatchObject(expected());
    expect(seen.map(([what, rows]) => `${what}: ${rows.length}`)).toEqual(
      expected().map(([what, rows]) => `${what}: ${rows.length}`),
    );
  });

  it('tells of each event when, where from, in which request and in which transaction', async () => {
    const [clock] = await app.sql<{ now: Date }>('SELECT app_now() AS now');
    let last = 0n;
    for (const { what, rows, requestId } of journey.steps) {
      for (const row of rows) {
        const agent = what === 'refresh elsewhere' ? 'elsewhere/1' : userAgent;
        expect(row).toMatchObject({ address: '127.0.0.1', userAgent: agent, requestId });
        expect(requestId).toMatch(/\S{8,}/);
        expect(row.occurredAt.getTime()).toBeGreaterThanOrEqual(began.getTime());
        expect(row.occurredAt.getTime()).toBeLessThanOrEqual(clock!.now.getTime());
      }
      const transactions = [...new Set(rows.map(({ txid }) => txid))].map(BigInt);
      if (rows.length > 0) expect(transactions).toHaveLength(1);
      for (const txid of transactions) {
        expect(txid).toBeGreaterThan(last);
        last = txid;
      }
    }
  });

  it('names the session of what happened to one', () => {
    const ofSession = /signed_in|sessions\.(ended|refresh)/;
    const rows = journey.steps.flatMap((step: Step) => step.rows).filter(({ type }) => ofSession.test(type));
    expect(rows.length).toBeGreaterThan(10);
    for (const { sessionId } of rows) expect(sessionId).toEqual(uuid);
  });

  it('has no event that no test expects', () => {
    const [libs, tests] = [join(__dirname, '..', '..', 'libs'), join(__dirname, '..')];
    const read = (folder: string, kind: RegExp): string =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => kind.test(file))
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('\n');
    const product = read(libs, /(?<!spec)\.ts$/);
    const written = [...product.matchAll(/type(?:: | = )['`]((?:authentication|sessions|users)\.[\w${}]+)['`]/g)];
    const causes = [...product.matchAll(/^ {2}(\w+): \{\n {4}subject: \(productName\)/gm)].map(([, cause]) => cause);
    expect(causes.length).toBeGreaterThan(10);
    // The event of this mail is the session's.
    const told = causes.filter((cause) => cause !== 'refresh_token_reuse');
    const named = written.map(([, type = '']) => type).filter((type) => !type.includes('$'));
    const events = [...named, ...told.map((cause) => `authentication.${cause}`)];
    const expectations = read(tests, /spec\.tsx?$/);
    const isExpected = (type: string): boolean =>
      [type, type.slice(type.indexOf('.') + 1)].some((name) => expectations.includes(`'${name}'`));
    expect(events.length).toBeGreaterThan(40);
    expect([...new Set(events)].filter((type) => !isExpected(type))).toEqual([]);
  });

  it('knows its secrets, and would find them', async () => {
    expect(journey.secrets.size).toBeGreaterThan(40);

    const tables = new Set((await recorder.rows()).map(({ where }) => where.replace('public.', '')));
    for (const table of ['users', 'mails', 'outbox', 'one_time_tokens', 'sessions', 'refresh_tokens', 'hosted_flows']) {
      expect(tables).toContain(table);
    }
    const [token] = await recorder.mailedTokens();
    const hash = sha256(token!).toString('hex');
    expect((await recorder.rows(/one_time_tokens/)).some(({ text }) => text.includes(hash))).toBe(true);
    const planted = [{ where: 'here', text: `\\x${Buffer.from(token!).toString('hex')}` }];
    expect(leaks(planted, journey.secrets)).toHaveLength(1);
    const outbox = (await recorder.rows(/outbox/)).map(({ text }) => /[0-9a-f-]{36}/.exec(text)![0]);
    expect((await recorder.jobs()).some(({ text }) => text.includes(outbox[0]!))).toBe(true);
    expect((await recorder.answers()).length).toBeGreaterThan(4);
    expect(recorder.logs().some(({ text }) => text.includes(journey.steps[0]!.requestId!))).toBe(true);
  });

  it('keeps no secret in clear in any row of any table, at any time', async () => {
    expect(leaks(await recorder.rows(), journey.secrets)).toEqual([]);
  });

  it('sends no secret through the queue, and no address either', async () => {
    const jobs = await recorder.jobs();
    expect(leaks(jobs, journey.secrets)).toEqual([]);
    expect(jobs.filter(({ text }) => text.includes('@example.test'))).toEqual([]);
  });

  it('logs no secret, no address and no password hash, not even at level trace', () => {
    const logs = recorder.logs();
    expect(leaks(logs, journey.secrets)).toEqual([]);
    expect(logs.filter(({ text }) => /@example\.test|\$argon2/.test(text))).toEqual([]);
  });

  it('answers no refusal with a secret or a password hash', async () => {
    const answers = await recorder.answers();
    expect(leaks(answers, journey.secrets)).toEqual([]);
    expect(answers.filter(({ text }) => text.includes('$argon2'))).toEqual([]);
  });

  it('keeps password hashes where passwords are kept, and nowhere else', async () => {
    const places = (await recorder.rows()).filter(({ text }) => text.includes('$argon2')).map(({ where }) => where);
    expect([...new Set(places)].sort()).toEqual(['public.password_credentials', 'public.pending_registrations']);
  });
});
