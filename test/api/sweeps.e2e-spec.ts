import { randomUUID } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, registerAndVerify, signIn, someone } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty } from './support/relying-party.js';

const hour = 3600;
const day = 24 * hour;
const device = { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] };

/** A kind of row that ends by itself. */
interface Expiring {
  readonly table: string;
  /** What tells one row from another. */
  readonly key: string;
  /** Seconds from its making until it may go. */
  readonly lives: number;
  readonly make: () => Promise<void>;
}

describe(`sweeps, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeEach(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await registerAndVerify(app, someone('ada'));
  });

  afterEach(() => app.stop());

  const signUp = async (): Promise<void> => {
    const { email, password } = someone('pending');
    accepted(await app.api.post('/v1/auth/register', { email, password }), 202);
    await app.mailbox.waitFor(email, 'verification');
  };
  const openLink = async (): Promise<void> => {
    const response = await fetch(`${app.url}/link/verify-email/${'A'.repeat(43)}`, { redirect: 'manual' });
    expect(response.status).toBe(303);
  };
  const enter = async (): Promise<void> => void (await signIn(app, ada));

  const enrol = async (): Promise<void> => void accepted(await (await arrive(app)).api.post('/v1/me/totp'), 200);
  const challenge = async (): Promise<void> => {
    const { email: identifier, password } = await registerAndVerify(app);
    await app.sql(`UPDATE users SET second_factors = '{totp}' WHERE email = $1`, [identifier]);
    accepted(await app.api.post('/v1/auth/login', { identifier, password }), 200);
  };

  const connectDevice = async (): Promise<void> => {
    const { id } = await RelyingParty.register(app, randomUUID(), { ...device, redirect_uris: [], response_types: [] });
    const body = new URLSearchParams({ client_id: id, scope: 'openid' });
    expect((await fetch(`${app.url}/oidc/device/auth`, { method: 'POST', body })).status).toBe(200);
  };
  const allowClient = async (): Promise<void> => {
    const client = await RelyingParty.register(app, randomUUID());
    await client.signIn(new PageBrowser(app.url), await registerAndVerify(app));
  };
  const rotateSecret = async (): Promise<void> => {
    const { id } = await RelyingParty.register(app, randomUUID());
    await app.sql(
      `INSERT INTO oauth_client_secrets (id, client_id, hash, expires_at)
       VALUES (gen_random_uuid(), $1, 'x', app_now() + interval '1 day')`,
      [id],
    );
  };

  const expiring: readonly Expiring[] = [
    { table: 'pending_registrations', key: 'id::text', lives: 8 * day, make: signUp },
    { table: 'one_time_tokens', key: `encode(hash, 'hex')`, lives: 15 * day, make: signUp },
    { table: 'hosted_flows', key: `encode(hash, 'hex')`, lives: 2 * hour, make: openLink },
    { table: 'challenges', key: `encode(hash, 'hex')`, lives: day + 600, make: challenge },
    { table: 'totp_factors', key: 'id::text', lives: day, make: enrol },
    { table: 'refresh_tokens', key: `encode(hash, 'hex')`, lives: 31 * day, make: enter },
    { table: 'sessions', key: 'id::text', lives: 120 * day, make: enter },
    { table: 'refresh_families', key: 'id::text', lives: 120 * day, make: enter },
    { table: 'oauth_artifacts', key: `encode(hash, 'hex')`, lives: 600 + hour, make: connectDevice },
    { table: 'oauth_grants', key: `encode(hash, 'hex')`, lives: 365 * day + hour, make: allowClient },
    { table: 'oauth_client_secrets', key: 'id::text', lives: day + hour, make: rotateSecret },
  ];

  const keysOf = async ({ table, key }: Pick<Expiring, 'table' | 'key'>): Promise<Set<string>> =>
    new Set((await app.sql<{ key: string }>(`SELECT ${key} AS key FROM ${table}`)).map((row) => row.key));

  it.each(expiring)('take what is over from $table, and nothing that is not', async (kind) => {
    await kind.make();
    const old = await keysOf(kind);
    expect(old.size).toBeGreaterThan(0);
    await app.pass(kind.lives - 60);
    await app.sweep();
    expect(await keysOf(kind)).toEqual(old);

    await kind.make();
    const young = [...(await keysOf(kind))].filter((key) => !old.has(key));
    expect(young.length).toBeGreaterThan(0);
    await app.pass(120);
    await app.sweep();
    expect(await keysOf(kind)).toEqual(new Set(young));
  });

  it('take the windows of limits that ended, and no other', async () => {
    const rows = (): Promise<{ resets_at: Date }[]> => app.sql('SELECT resets_at FROM limit_windows');
    const ended = async (): Promise<object[]> => app.sql('SELECT 1 FROM limit_windows WHERE resets_at < app_now()');
    await signIn(app, ada);
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    await app.sweep();
    expect(await rows()).toEqual(before);
    await app.pass(hour + 1);
    await openLink();
    expect((await ended()).length).toBeGreaterThan(0);
    await app.sweep();
    expect(await ended()).toEqual([]);
    expect(await rows()).toHaveLength(1);
  });

  it('take what delays guessers a month after the last failure, and never what counts to a hundred', async () => {
    const counters = (): Promise<object[]> => app.sql('SELECT 1 FROM failure_counters');
    const body = { identifier: ada.email, password: 'not this one, certainly' };
    for (let at = 0; at < 2; at += 1) expect((await app.api.post('/v1/auth/login', body)).status).toBe(401);
    await app.pass(30 * day - 60);
    await app.sweep();
    expect(await counters()).toHaveLength(3);
    await app.pass(120);
    await app.sweep();
    expect(await counters()).toEqual([]);
    expect(await app.sql('SELECT failures FROM password_credentials')).toEqual([{ failures: 2 }]);
  });

  it('take devices that no cookie can name any more, but the last of an account: the next new one is news', async () => {
    const from = (agent: string): Promise<object> => signIn(app, ada, { headers: { 'user-agent': agent } });
    const agents = async (): Promise<unknown[]> =>
      (await app.sql<{ agent: string }>('SELECT user_agent AS agent FROM known_devices ORDER BY 1')).map(
        ({ agent }) => agent,
      );
    await from('one/1');
    await app.pass(day);
    await from('two/2');
    await app.pass(399 * day - 60);
    await app.sweep();
    expect(await agents()).toEqual(['one/1', 'two/2']);
    await app.pass(3 * day);
    await app.sweep();
    expect(await agents()).toEqual(['two/2']);
    await from('three/3');
    await app.mailbox.waitFor(ada.email, 'newDevice', 2);
  });

  it('take no account, no password, no audit row and no key that signs, however long they wait', async () => {
    const tables = ['users', 'password_credentials', 'audit_events'];
    const count = async (): Promise<object[]> =>
      Promise.all(tables.map(async (table) => (await app.sql(`SELECT count(*) FROM ${table}`))[0]!));
    const before = await count();
    await app.pass(300 * day);
    await app.sweep();
    expect(await count()).toEqual(before);
    const keys = await app.sql('SELECT algorithm FROM signing_keys WHERE retires_at IS NULL ORDER BY 1');
    expect(keys).toEqual([{ algorithm: 'ES256' }, { algorithm: 'RS256' }]);
    await signIn(app, ada);
  });

  it('leave a session alone that is used, and a refresh token that can be', async () => {
    let tokens: { refreshToken: string; accessToken: string } = await signIn(app, ada);
    for (let week = 0; week < 4; week += 1) {
      await app.pass(7 * day);
      await app.sweep();
      const { refreshToken } = tokens;
      tokens = accepted(await app.api.post<typeof tokens>('/v1/auth/refresh', { refreshToken }), 200);
    }
    accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
  });

  it('leave a link alone that still works, and the word that a link was used', async () => {
    const person = someone('slow');
    accepted(await app.api.post('/v1/auth/register', person), 202);
    const { token } = await app.mailbox.waitFor(person.email, 'verification');
    await app.pass(day - 60);
    await app.sweep();
    accepted(await app.api.post('/v1/auth/email/verify', { token }), 200);
    await app.pass(10 * day);
    await app.sweep();
    const again = await app.api.post('/v1/auth/email/verify', { token });
    expect([again.status, (again.body as { code?: string }).code]).toEqual([410, 'tokens.used']);
  });

  it('take in one round more than one batch holds', async () => {
    await app.sql(
      `INSERT INTO hosted_flows (hash, kind, expires_at)
       SELECT sha256(n::text::bytea), 'verify-email', app_now() - interval '2 hours' FROM generate_series(1, 1700) n`,
    );
    await app.sql(
      `INSERT INTO limit_windows SELECT sha256(n::text::bytea), 1, app_now() - interval '1 second'
       FROM generate_series(1, 2300) n`,
    );
    await app.sweep();
    expect(await app.sql('SELECT 1 FROM hosted_flows')).toEqual([]);
    expect(await app.sql('SELECT 1 FROM limit_windows WHERE resets_at < app_now()')).toEqual([]);
  });

  it('go on with the others where one fails', async () => {
    await openLink();
    await app.pass(3 * hour);
    await app.sql(
      `CREATE FUNCTION testing.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
       CREATE TRIGGER refuse BEFORE DELETE ON limit_windows EXECUTE FUNCTION testing.refuse()`,
    );
    await app.sweep();
    expect(await app.sql('SELECT 1 FROM hosted_flows')).toEqual([]);
    expect((await app.sql('SELECT 1 FROM limit_windows')).length).toBeGreaterThan(0);
    expect(app.logLines.some((line) => line.includes('limits.windows') && line.includes('not now'))).toBe(true);
  });
});
