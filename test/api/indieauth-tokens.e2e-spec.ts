import { createHash, randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { accepted, type Person, registerAndVerify, signIn } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { dumpOf, findIn } from './support/database-dump.js';
import { type EndpointAnswer, IndieauthClient, ownPage } from './support/indieauth-client.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty } from './support/relying-party.js';

const prefixed = (prefix: string, body: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [`${prefix} ${name}`, value]));

const inactive = { active: false };
const refused = { status: 400, body: { error: 'invalid_grant' } };
const invalid = { error: 'invalid_request' };

/** Clients on loopback hosts, of which nothing is fetched: what they are handed, and what they are refused. */
describe(`codes and tokens of the IndieAuth server, queue on ${queueBackend}`, () => {
  let app: App;
  let client: IndieauthClient;
  let ada: Person;
  let me: string;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    client = new IndieauthClient(app, 'http://localhost:4999/');
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    await app.sql(`UPDATE users SET name = 'Ada', picture = 'https://ada.example.test/me.png' WHERE email_key = $1`, [
      ada.email,
    ]);
    me = await ownPage(app, ada, `https://${ada.email.split('@')[0]}.example.test/`);
  });

  const userinfo = (token: string): Promise<EndpointAnswer> =>
    client.call('/userinfo', { headers: { authorization: `Bearer ${token}` } });
  const introspect = (token: string, bearer: string): Promise<EndpointAnswer> =>
    client.post('/introspect', { token }, { authorization: `Bearer ${bearer}` });
  const works = async (token: string): Promise<boolean> => (await userinfo(token)).status === 200;

  it('publishes its metadata at both addresses of an issuer with a path', async () => {
    const forms = [
      '/indieauth/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/indieauth',
    ];
    const [one, other] = await Promise.all(forms.map((path) => fetch(app.url + path)));
    expect(one!.headers.get('content-type')).toMatch(/^application\/json/);
    expect(one!.headers.get('access-control-allow-origin')).toBe('*');
    const metadata = (await one!.json()) as Record<string, string>;
    expect(await other!.json()).toEqual(metadata);
    expect(metadata).toMatchObject({
      issuer: `${app.url}/indieauth`,
      authorization_endpoint: `${app.url}/indieauth/auth`,
      token_endpoint: `${app.url}/indieauth/token`,
      introspection_endpoint: `${app.url}/indieauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
      revocation_endpoint: `${app.url}/indieauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      userinfo_endpoint: `${app.url}/indieauth/userinfo`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      scopes_supported: expect.arrayContaining(['profile', 'email', 'create']),
    });
    expect(`${app.url}${forms[0]}`.startsWith(metadata['issuer']!)).toBe(true);
  });

  it.each([
    ['state', { state: undefined }, 'invalid_request'],
    ['code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['code_challenge_method', { code_challenge_method: undefined }, 'invalid_request'],
    ['code_challenge_method S256', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['response_type code', { response_type: 'token' }, 'unsupported_response_type'],
  ])('refuses a request without %s, with the issuer in the answer', async (_what, params, error) => {
    const { location } = await new PageBrowser(app.url).open(client.begin(params).address);
    expect(location).toContain(client.redirectUri);
    const answer = new URL(location!.replace('#', '?')).searchParams;
    expect([answer.get('error'), answer.get('iss')]).toEqual([error, `${app.url}/indieauth`]);
  });

  it.each(['client_id', 'redirect_uri'])('refuses a request without %s, and leads nowhere', async (name) => {
    const { status, location } = await new PageBrowser(app.url).open(client.begin({ [name]: undefined }).address);
    expect([status, location]).toEqual([400, null]);
  });

  it('refuses parameters that are there twice', async () => {
    const { address } = client.begin();
    const { searchParams: answer } = new URL((await new PageBrowser(app.url).open(`${address}&state=b`)).location!);
    expect([answer.get('error'), answer.get('iss')]).toEqual(['invalid_request', `${app.url}/indieauth`]);
    const { access_token: token } = await client.tokens(ada, me);
    const body = `token=${token}&token=${token}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` };
    for (const path of ['/introspect', '/revoke']) {
      expect(await client.call(path, { method: 'POST', body, headers })).toMatchObject({ status: 400 });
    }
    expect(await works(token!)).toBe(true);
  });

  it('returns the state as it came', async () => {
    const state = 'a b+c/?&=%25#é\u{1F511}<"';
    const { address } = client.begin({ state });
    const answer = await client.walk(new PageBrowser(app.url), address, ada, me);
    expect(answer.searchParams.get('state')).toBe(state);
  });

  it('tells at the authorization endpoint who somebody is, with no token', async () => {
    const { status, body, headers } = await client.redeem('/auth', await client.authorize(ada, me));
    const profile = { name: 'Ada', url: me, photo: 'https://ada.example.test/me.png' };
    expect([status, body]).toEqual([200, { me, profile }]);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    const handedOut = await app.sql(
      `SELECT model FROM oauth_artifacts WHERE issuer = 'indieauth' AND model IN ('AccessToken', 'RefreshToken')
         AND user_id = (SELECT id FROM users WHERE email_key = $1)`,
      [ada.email],
    );
    expect(handedOut).toEqual([]);
  });

  it('gives no token for a code that was asked for without a scope, and says who it is', async () => {
    for (const scope of [undefined, '', 'unheard-of']) {
      expect(await client.redeem('/token', await client.authorize(ada, me, { scope }))).toMatchObject(refused);
      const { status, body } = await client.redeem('/auth', await client.authorize(ada, me, { scope }));
      expect([status, body]).toEqual([200, { me }]);
    }
  });

  it.each([
    ['create', undefined],
    ['create email', undefined],
    ['profile', { name: 'Ada', url: true, photo: 'https://ada.example.test/me.png' }],
    ['profile email', { name: 'Ada', url: true, photo: 'https://ada.example.test/me.png', email: true }],
  ])('gives for the scope %s no more of a profile than it covers', async (scope, expected) => {
    const profile = expected && {
      ...expected,
      url: me,
      ...('email' in expected ? { email: ada.email } : {}),
    };
    const { body } = await client.redeem('/token', await client.authorize(ada, me, { scope }));
    expect(body['profile']).toEqual(profile);
    const known = await userinfo(String(body['access_token']));
    expect([known.status, known.body]).toEqual(
      profile ? [200, profile] : [403, expect.objectContaining({ error: 'insufficient_scope' })],
    );
  });

  it('takes a code once, for 60 seconds: a used one revokes what it gave', async () => {
    const code = await client.authorize(ada, me);
    const { body } = await client.redeem('/token', code);
    expect(await works(String(body['access_token']))).toBe(true);
    expect(await client.redeem('/token', code)).toMatchObject(refused);
    expect(await works(String(body['access_token']))).toBe(false);
    expect(await client.refresh(String(body['refresh_token']))).toMatchObject(refused);
    expect(await auditTrail(app, 'oauth.code_replayed')).toHaveLength(1);
    const told = await client.authorize(ada, me);
    expect(await client.redeem('/auth', told)).toMatchObject({ status: 200 });
    expect(await client.redeem('/token', told)).toMatchObject(refused);
    const late = await client.authorize(ada, me);
    await app.pass(61);
    for (const endpoint of ['/token', '/auth'] as const) {
      expect(await client.redeem(endpoint, late)).toMatchObject(refused);
    }
  });

  it.each(['/auth', '/token'] as const)(
    'takes a code at %s from its own client and with its own proof alone',
    async (endpoint) => {
      const thief = new IndieauthClient(app, 'http://localhost:4998/', client.redirectUri);
      await new IndieauthClient(app, 'http://localhost:4998/').authorize(ada, me);
      const code = await client.authorize(ada, me);
      const wrong = { ...code, verifier: randomBytes(32).toString('base64url') };
      expect(await thief.redeem(endpoint, code)).toMatchObject(refused);
      expect(await client.redeem(endpoint, wrong)).toMatchObject(refused);
      expect(await client.redeem(endpoint, code, { redirect_uri: `${client.redirectUri}/` })).toMatchObject(refused);
      for (const name of ['code', 'redirect_uri', 'code_verifier', 'grant_type']) {
        expect(await client.redeem(endpoint, code, { [name]: '' })).toMatchObject({ status: 400 });
      }
      expect(await client.redeem(endpoint, code, { client_id: '' })).not.toMatchObject({ status: 200 });
      expect(await client.redeem(endpoint, code, { grant_type: 'password' })).toMatchObject({ status: 400 });
      expect(await client.redeem(endpoint, { ...code, code: 'x'.repeat(43) })).toMatchObject(refused);
      expect(await client.redeem(endpoint, code)).toMatchObject({ status: 200, body: { me } });
    },
  );

  it('tells nobody of a page whose proof has lapsed since it was allowed', async () => {
    const [first, second] = [await client.authorize(ada, me), await client.authorize(ada, me)];
    await app.sql('UPDATE indieauth_domains SET lapsed_at = app_now() WHERE me = $1', [me]);
    expect(await client.redeem('/auth', first)).toMatchObject(refused);
    expect(await client.redeem('/token', second)).toMatchObject(refused);
  });

  it('refreshes nothing at the authorization endpoint', async () => {
    const tokens = await client.tokens(ada, me);
    const form = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token']!, client_id: client.id };
    expect(await client.post('/auth', form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await client.refresh(tokens['refresh_token']!)).toMatchObject({ status: 200 });
  });

  it('refreshes with the same scope or a narrower one, and ends when it is not used', async () => {
    const first = await client.tokens(ada, me, 'profile create update');
    const wider = await client.refresh(first['refresh_token']!, { scope: 'create delete' });
    expect(wider).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
    const narrow = await client.refresh(first['refresh_token']!, { scope: 'create' });
    expect(narrow).toMatchObject({ status: 200, body: { scope: 'create', me } });
    expect(narrow.body).not.toHaveProperty('profile');
    const same = await client.refresh(String(narrow.body['refresh_token']));
    expect(same).toMatchObject({ status: 200, body: { scope: 'profile create update', me } });
    await app.pass(31 * 86_400);
    expect(await client.refresh(String(same.body['refresh_token']))).toMatchObject(refused);
  });

  it('ends refresh tokens a year after the first of them, however much they are used', async () => {
    let { refresh_token: token = '' } = await client.tokens(ada, me);
    for (let used = 0; used < 13; used += 1) {
      await app.pass(28 * 86_400);
      const { status, body } = await client.refresh(token);
      expect(status).toBe(200);
      token = String(body['refresh_token']);
    }
    await app.pass(2 * 86_400);
    expect(await client.refresh(token)).toMatchObject(refused);
  });

  it('writes no code, verifier or token into the database or the log', async () => {
    const told = await client.authorize(ada, me);
    const code = await client.authorize(ada, me);
    const { body } = await client.redeem('/token', code);
    const renewed = await client.refresh(String(body['refresh_token']));
    await client.redeem('/auth', told);
    await introspect(String(renewed.body['access_token']), String(renewed.body['access_token']));
    const secrets = new Map([
      ['the code', code.code],
      ['the code for a profile', told.code],
      ['the verifier', code.verifier],
      ...Object.entries({ ...body, ...prefixed('renewed', renewed.body) })
        .filter(([name]) => name.endsWith('_token'))
        .map(([name, value]) => [name, String(value)] as [string, string]),
    ]);
    expect(secrets.size).toBe(7);
    expect(findIn(await dumpOf(app), secrets)).toEqual([]);
    const log = app.logLines.join('\n');
    expect([...secrets].filter(([, secret]) => log.includes(secret)).map(([name]) => name)).toEqual([]);
  });

  it('lets a token live as long as the installation says', async () => {
    const { access_token: token } = await client.tokens(ada, me);
    await app.pass(3599);
    expect(await works(token!)).toBe(true);
    await app.pass(2);
    expect(await works(token!)).toBe(false);
    expect((await userinfo(token!)).status).toBe(401);
  });

  it('introspects for who holds a token of the same person, and for nobody without', async () => {
    const { access_token: token, refresh_token: refresh } = await client.tokens(ada, me);
    const { status, body } = await introspect(token!, token!);
    const seconds = expect.any(Number) as number;
    expect([status, body]).toEqual([
      200,
      { active: true, me, client_id: client.id, scope: 'profile create', exp: seconds, iat: seconds },
    ]);
    expect((await introspect('x'.repeat(43), token!)).body).toEqual(inactive);
    expect((await introspect(refresh!, token!)).body).toEqual(inactive);
    for (const headers of [{}, { authorization: 'Bearer nothing' }, { authorization: `Bearer ${refresh}` }]) {
      const without = await client.post('/introspect', { token: token! }, headers as Record<string, string>);
      expect(without.status).toBe(401);
      expect(without.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await client.post('/introspect', { token: token!, client_id: client.id })).status).toBe(401);
    const bob = await registerAndVerify(app);
    const other = await client.tokens(
      bob,
      await ownPage(app, bob, `https://bob-${bob.email.split('@')[0]}.example.test/`),
    );
    expect((await introspect(token!, other['access_token']!)).body).toEqual(inactive);
  });

  it('introspects for a client that an administrator lets, and for no other', async () => {
    const secret = await registered('resource-server', { may_introspect: true });
    const curious = await registered('curious');
    const { access_token: token, refresh_token: refresh } = await client.tokens(ada, me);
    const ask = (value: string, password: string, id = 'resource-server'): Promise<EndpointAnswer> => {
      const authorization = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${password}`).toString('base64')}`;
      return client.post('/introspect', { token: value }, { authorization });
    };
    expect(await ask(token!, secret)).toMatchObject({ status: 200, body: { active: true, me, client_id: client.id } });
    expect((await ask(refresh!, secret)).body).toEqual(inactive);
    expect((await ask('nothing', secret)).body).toEqual(inactive);
    expect((await ask(token!, `${secret}x`)).status).toBe(401);
    expect((await ask(token!, curious, 'curious')).status).toBe(401);
    expect((await ask(token!, 'none', client.id)).status).toBe(401);
    for (const authorization of ['DPoP x', 'Unheard-of x', 'Basic', 'Bearer']) {
      const { status } = await client.post('/introspect', { token: token!, client_id: client.id }, { authorization });
      expect([400, 401]).toContain(status);
    }
    await client.post('/revoke', { token: token! });
    expect((await ask(token!, secret)).body).toEqual(inactive);
  });

  it('has no other use for a registered client', async () => {
    await registered('registered');
    const { status, location } = await new PageBrowser(app.url).open(
      new IndieauthClient(app, 'registered', 'http://localhost:4999/').begin().address,
    );
    expect([status, location]).toEqual([400, null]);
  });

  it('revokes by the token alone, and answers 200 whatever it was', async () => {
    const first = await client.tokens(ada, me);
    for (const token of [first['access_token']!, first['access_token']!, 'never-was']) {
      expect(await client.post('/revoke', { token })).toMatchObject({ status: 200, body: {} });
    }
    expect(await works(first['access_token']!)).toBe(false);
    const renewed = await client.refresh(first['refresh_token']!);
    expect(renewed.status).toBe(200);
    await client.post('/revoke', { token: String(renewed.body['refresh_token']) });
    expect(await works(String(renewed.body['access_token']))).toBe(false);
    expect(await client.refresh(String(renewed.body['refresh_token']))).toMatchObject(refused);
    expect(await client.post('/revoke', {})).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('says which methods and which forms it takes', async () => {
    const { access_token: token } = await client.tokens(ada, me);
    const authorization = `Bearer ${token}`;
    for (const path of ['/introspect', '/revoke']) {
      expect(await client.post(path, {}, { authorization })).toMatchObject({ status: 400, body: invalid });
      const json = { authorization, 'content-type': 'application/json' };
      const sent = await client.call(path, { method: 'POST', headers: json, body: JSON.stringify({ token }) });
      expect(sent).toMatchObject({ status: 400, body: invalid });
      const long = await client.post(path, { token: token!, more: 'x'.repeat(20_000) }, { authorization });
      expect(long).toMatchObject({ status: 400, body: invalid });
    }
    expect((await client.call('/revoke', { method: 'GET' })).status).toBe(405);
    expect((await client.post('/userinfo', {}, { authorization })).status).toBe(405);
    expect((await client.call('/.well-known/openid-configuration', {})).status).toBe(404);
    expect(await works(token!)).toBe(true);
  });

  it('shows no profile without a token that works', async () => {
    for (const headers of [{}, { authorization: 'Bearer nothing' }, { authorization: 'Basic eDp5' }]) {
      const answer = await client.call('/userinfo', { headers: headers as Record<string, string> });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    }
  });

  it('survives a sign-out, and ends with the account', async () => {
    const browser = new PageBrowser(app.url);
    const { body } = await client.redeem('/token', await client.authorize(ada, me, {}, browser));
    await browser.submit(await browser.open('/signed-in'));
    expect(await works(String(body['access_token']))).toBe(true);
    await app.sql(`UPDATE users SET status = 'disabled' WHERE email_key = $1`, [ada.email]);
    expect(await works(String(body['access_token']))).toBe(false);
    expect(await client.refresh(String(body['refresh_token']))).toMatchObject(refused);
  });

  it('stands in the list of what applications may do, and is taken back there', async () => {
    const { access_token: token } = await client.tokens(ada, me);
    const api = app.api.as((await signIn(app, ada)).accessToken);
    const { items } = accepted(await api.get<{ items: { id: string; clientId: string }[] }>('/v1/me/grants'), 200);
    expect(items).toMatchObject([{ clientId: client.id }]);
    accepted(await api.delete(`/v1/me/grants/${items[0]!.id}`), 204);
    expect(await works(token!)).toBe(false);
  });

  it('lets web pages of the client redeem, and no others', async () => {
    const redeem = async (origin: string): Promise<EndpointAnswer> => {
      const { code, verifier } = await client.authorize(ada, me);
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier };
      return client.post('/token', { ...form, client_id: client.id, redirect_uri: client.redirectUri }, { origin });
    };
    const own = await redeem('http://localhost:4999');
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:4999']);
    const other = await redeem('https://attacker.example.test');
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([400, null]);
  });

  async function registered(id: string, metadata: Record<string, unknown> = {}): Promise<string> {
    await RelyingParty.register(app, id, { token_endpoint_auth_method: 'client_secret_basic', ...metadata });
    const secret = randomBytes(32).toString('base64url');
    await app.sql('INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)', [
      id,
      createHash('sha256').update(secret).digest(),
    ]);
    return secret;
  }
});
