import { createHash, randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, signIn } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { type Authorization, follow, redirectUri, RelyingParty, type Tokens, walk } from './support/relying-party.js';

interface Refusal {
  readonly error?: string;
  readonly access_token?: string;
  readonly active?: boolean;
}

type Form = Readonly<Record<string, string>>;

const offline = { scope: 'openid email offline_access', prompt: 'consent' };

/** What the provider does not do, whoever asks. */
describe(`the rules of the OpenID Provider, queue on ${queueBackend}`, () => {
  let app: App;
  let client: RelyingParty;
  let ada: Person;
  let browser: PageBrowser;

  // From before the first test of all: the library prints each notice once.
  const printed = jest.spyOn(console, 'info');

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    client = await RelyingParty.register(app, 'ruled', { refresh_token_lifetime: 7200 });
  });

  afterAll(() => {
    printed.mockRestore();
    return app.stop();
  });

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const post = async (path: string, form: Form, headers: Form = {}): Promise<[number, Refusal]> => {
    const response = await fetch(app.url + path, { method: 'POST', body: new URLSearchParams(form), headers });
    const text = await response.text();
    return [response.status, (text === '' ? {} : JSON.parse(text)) as Refusal];
  };
  const discovered = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(app.url + path)).json()) as Record<string, unknown>;
  const codeOf = async (authorization: Authorization): Promise<string> => walk(browser, authorization.address, ada);
  const form = ({ checks }: Authorization, answer: string, changes: Form = {}): Form => ({
    grant_type: 'authorization_code',
    client_id: client.id,
    code: new URL(answer).searchParams.get('code') ?? '',
    code_verifier: checks.pkceCodeVerifier ?? '',
    redirect_uri: redirectUri,
    ...changes,
  });
  const secretOf = async (id: string): Promise<string> => {
    const secret = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(secret).digest();
    const add = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)';
    await app.sql(add, [id, hash]);
    return secret;
  };
  const meWith = async (bearer: string): Promise<number> => (await app.api.get('/v1/me', { bearer })).status;

  it('is described at both addresses of discovery, alike', async () => {
    const openid = await discovered('/.well-known/openid-configuration');
    const oauth = await discovered('/.well-known/oauth-authorization-server');
    expect(oauth).toEqual(openid);
    expect(openid).toMatchObject({
      issuer: app.url,
      jwks_uri: `${app.url}/oidc/jwks`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
    for (const grant of ['implicit', 'password']) expect(openid['grant_types_supported']).not.toContain(grant);
  });

  it.each(['token', 'id_token', 'id_token token', 'code id_token', 'code token', 'none'])(
    'gives nothing at the authorization endpoint for response_type %s',
    async (type) => {
      const url = new URL((await client.begin()).address);
      url.searchParams.set('response_type', type);
      const refused = await browser.open(url.href);
      const answer = new URL(
        refused.location ?? `${redirectUri}?${/unsupported_response_type/.exec(refused.html)?.[0]}`,
      );
      expect(answer.search + answer.hash).toContain('unsupported_response_type');
      expect(answer.search + answer.hash).not.toMatch(/(access_token|id_token|code)=/);
    },
  );

  it('takes no password for a token', async () => {
    const password = { grant_type: 'password', client_id: client.id, username: ada.email, password: ada.password };
    expect(await post('/oidc/token', password)).toMatchObject([400, { error: 'unsupported_grant_type' }]);
  });

  it.each(['/', '?a=b', '/more', '#part'])(
    'leads to no address but the registered one: with %s after it',
    async (more) => {
      const refused = await browser.open((await client.begin({ redirect_uri: redirectUri + more })).address);
      expect([refused.status, refused.location]).toEqual([400, null]);
    },
  );

  it.each([
    'http://client.example.test/callback',
    'https://client.example.test:8443/callback',
    'https://client.example.test/Callback',
    'https://client.example.test.attacker.example/callback',
    'https://client.example.test/x/../callback',
  ])('leads to no address but the registered one: not to %s', async (address) => {
    const refused = await browser.open((await client.begin({ redirect_uri: address })).address);
    expect([refused.status, refused.location]).toEqual([400, null]);
  });

  it('says who answers (RFC 9207) with a code and with an error', async () => {
    const given = new URL(await codeOf(await client.begin()));
    const refused = new URL(
      (await follow(new PageBrowser(app.url), (await client.begin({ prompt: 'none' })).address)).location!,
    );
    expect([given, refused].map(({ searchParams }) => searchParams.get('iss'))).toEqual([app.url, app.url]);
    expect(refused.searchParams.get('error')).toBe('login_required');
  });

  it('lets a code live for 60 seconds', async () => {
    const [first, second] = [await client.begin(), await client.begin()];
    const answers = [await codeOf(first), await codeOf(second)] as const;
    await app.pass(55);
    expect((await post('/oidc/token', form(first, answers[0])))[0]).toBe(200);
    await app.pass(6);
    expect(await post('/oidc/token', form(second, answers[1]))).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  it('gives a code’s tokens to its client alone, with its verifier and its address', async () => {
    await RelyingParty.register(app, 'thief');
    const authorization = await client.begin();
    const answer = await codeOf(authorization);
    for (const changes of [
      { client_id: 'thief' },
      { code_verifier: randomBytes(32).toString('base64url') },
      { redirect_uri: `${redirectUri}/` },
    ]) {
      const refused = await post('/oidc/token', form(authorization, answer, changes));
      expect(refused).toMatchObject([400, { error: 'invalid_grant' }]);
    }
    const { code_verifier: _, ...without } = form(authorization, answer);
    expect((await post('/oidc/token', without))[0]).toBe(400);
    expect((await post('/oidc/token', form(authorization, answer)))[0]).toBe(200);
  });

  it('counts a code as used where nothing came of it after all', async () => {
    const authorization = await client.begin();
    const answer = await codeOf(authorization);
    const refused = form(authorization, answer, { resource: 'https://elsewhere.example.test/' });
    expect(await post('/oidc/token', refused)).toMatchObject([400, { error: 'invalid_target' }]);
    const [{ used }] = (await app.sql(
      `SELECT count(*)::int AS used FROM oauth_artifacts WHERE model = 'AuthorizationCode' AND consumed_at IS NOT NULL
         AND user_id = (SELECT id FROM users WHERE email_key = $1)`,
      [ada.email.toLowerCase()],
    )) as [{ used: number }];
    expect(used).toBe(1);
    expect(await post('/oidc/token', form(authorization, answer))).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  it('ends refresh tokens so long after the first of them, however much they are used', async () => {
    let { refresh_token: token = '' } = await client.signIn(browser, ada, offline);
    for (let used = 0; used < 2; used += 1) {
      await app.pass(3400);
      ({ refresh_token: token = '' } = await client.refresh(token));
    }
    await app.pass(500);
    await expect(client.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('asks a client with a secret for it wherever it calls', async () => {
    await RelyingParty.register(app, 'confidential', { token_endpoint_auth_method: 'client_secret_basic' });
    const secret = await secretOf('confidential');
    const basic = (password: string): Form => ({
      authorization: `Basic ${Buffer.from(`confidential:${password}`).toString('base64')}`,
    });
    const request = new URL((await client.begin()).address).searchParams;
    request.set('client_id', 'confidential');
    for (const [path, fields, status] of [
      ['/oidc/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400],
      ['/oidc/request', Object.fromEntries(request), 201],
      ['/oidc/token/revocation', { token: 'x' }, 200],
      ['/oidc/token/introspection', { token: 'x' }, 200],
    ] as const) {
      const named: Form = { ...fields, client_id: 'confidential' };
      expect([path, await post(path, named)]).toMatchObject([path, [401, { error: 'invalid_client' }]]);
      expect([path, await post(path, named, basic('wrong'))]).toMatchObject([path, [401, { error: 'invalid_client' }]]);
      expect([path, (await post(path, named, basic(secret)))[0]]).toEqual([path, status]);
    }
  });

  it('revokes what it does not know with 200, and tells of it nothing but that it is not active', async () => {
    expect(await post('/oidc/token/revocation', { token: 'never-was', client_id: client.id })).toEqual([200, {}]);
    expect(await post('/oidc/token/introspection', { token: 'never-was', client_id: client.id })).toEqual([
      200,
      { active: false },
    ]);
  });

  it('tells and revokes nothing of another client’s token', async () => {
    await RelyingParty.register(app, 'nosy');
    const { access_token: token, refresh_token: refresh } = await client.signIn(browser, ada, offline);
    expect(await post('/oidc/token/introspection', { token, client_id: 'nosy' })).toEqual([200, { active: false }]);
    const revocation = { token: refresh ?? '', client_id: 'nosy' };
    expect(await post('/oidc/token/revocation', revocation)).toEqual([200, {}]);
    const keeper = await RelyingParty.register(app, 'keeper', { token_endpoint_auth_method: 'client_secret_post' });
    const proved = { token: refresh ?? '', client_id: keeper.id, client_secret: await secretOf(keeper.id) };
    const refused = [400, { error: 'invalid_request' }];
    expect(await post('/oidc/token/revocation', proved)).toMatchObject(refused);
    expect(await client.userinfo({ access_token: token })).toMatchObject({ email: ada.email });
  });

  it.each(['an opaque token', 'a JWT for our own API'])(
    'lets %s of a client do nothing at /v1/me, and no token of ours anything at userinfo',
    async (kind) => {
      const resource = `${app.url}/v1`;
      const other = await RelyingParty.register(app, kind.replaceAll(' ', '-'), { resources: { [resource]: ['all'] } });
      const jwt = kind.includes('JWT');
      const authorization = await other.begin(jwt ? { scope: 'openid all', resource } : {});
      const answer = await walk(browser, authorization.address, ada);
      const tokens: Tokens = await other.redeem(authorization, answer);
      expect(tokens.access_token.split('.')).toHaveLength(jwt ? 3 : 1);
      expect(await meWith(tokens.access_token)).toBe(401);
      const { accessToken } = await signIn(app, ada);
      expect(await meWith(accessToken)).toBe(200);
      await expect(other.userinfo({ access_token: accessToken })).rejects.toThrow();
      if (jwt) await expect(other.userinfo(tokens)).rejects.toThrow();
    },
  );

  it('answers a form that held a credential with 303, so that no browser sends it on', async () => {
    const asked = await follow(browser, (await client.begin()).address);
    const signedIn = await browser.submit(asked, { identifier: ada.email, password: ada.password });
    const consent = await follow(browser, signedIn.location!);
    const allowed = await browser.submit(consent);
    const answered = await browser.open(allowed.location!);
    expect([signedIn.status, allowed.status, answered.status]).toEqual([303, 303, 303]);
    expect(answered.location).toMatch(redirectUri);
  });

  it('signs nobody out because an address was opened, or a form came from elsewhere', async () => {
    const { id_token: hint = '' } = await client.signIn(browser, ada);
    await browser.visit(`/oidc/session/end?id_token_hint=${hint}`);
    const forged = await browser.post('/oidc/session/end/confirm', { logout: 'yes', xsrf: 'A'.repeat(43) });
    expect(forged.status).toBe(400);
    expect((await browser.open('/signed-in')).html).toContain(ada.email);
  });

  it('leaves nothing to a default that the library prints a notice about', () => {
    expect(
      printed.mock.calls
        .flat()
        .map(String)
        .filter((line) => line.includes('NOTICE')),
    ).toEqual([]);
  });
});
