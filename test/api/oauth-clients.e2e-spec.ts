import type { AddressInfo } from 'node:net';
import { createHash, randomBytes } from 'node:crypto';
import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { until } from '../support/smtp.js';
import { listen } from './support/listener.js';
import { PageBrowser } from './support/page-browser.js';
import { follow, redirectUri, RelyingParty, walk } from './support/relying-party.js';

const resource = 'https://api.example.test/';

const partOf = (token: string, at: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** What well-known libraries do with the provider, beyond a browser's sign-in. */
describe(`OAuth clients, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_FETCH_ALLOW: '127.0.0.1' } });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const discover = (id: string, authentication: openid.ClientAuth): Promise<openid.Configuration> =>
    openid.discovery(new URL(app.url), id, undefined, authentication, { execute: [openid.allowInsecureRequests] });

  async function confidential(id: string, method: string, metadata: Record<string, unknown> = {}) {
    await RelyingParty.register(app, id, { token_endpoint_auth_method: method, ...metadata });
    const secret = randomBytes(32).toString('base64url');
    await app.sql('INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)', [
      id,
      createHash('sha256').update(secret).digest(),
    ]);
    return secret;
  }

  it.each([
    ['client_secret_basic', openid.ClientSecretBasic],
    ['client_secret_post', openid.ClientSecretPost],
  ])('authenticates a client by %s, and refuses a wrong secret', async (method, authentication) => {
    const grant = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
    const id = `service-${method}`;
    const secret = await confidential(id, method, { ...grant, resources: { [resource]: ['read', 'write'] } });
    const config = await discover(id, authentication(secret));
    const token = await openid.clientCredentialsGrant(config, { resource, scope: 'read' });
    expect(partOf(token.access_token, 1)).toMatchObject({
      iss: app.url,
      aud: resource,
      client_id: id,
      sub: id,
      scope: 'read',
    });
    const wrong = await discover(id, authentication(`${secret}x`));
    await expect(openid.clientCredentialsGrant(wrong, { resource })).rejects.toMatchObject({ status: 401 });
    await expect(
      openid.clientCredentialsGrant(config, { resource: 'https://other.example.test/' }),
    ).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });

  it('takes a request that was pushed, once', async () => {
    const client = await RelyingParty.register(app, 'pushing', { require_pushed_authorization_requests: true });
    const verifier = openid.randomPKCECodeVerifier();
    const url = await openid.buildAuthorizationUrlWithPAR(client.config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const answer = await walk(browser, url.href, ada);
    const tokens = await openid.authorizationCodeGrant(client.config, new URL(answer), { pkceCodeVerifier: verifier });
    expect(tokens.claims()).toHaveProperty('sub');
    const again = await follow(new PageBrowser(app.url), url.href);
    expect(new URL(again.location!).searchParams.get('error')).toBe('invalid_request_uri');
    const unpushed = await follow(new PageBrowser(app.url), (await client.begin()).address);
    expect(new URL(unpushed.location!).searchParams.get('error')).toBe('invalid_request');
  });

  it('lets a client use the grants that it is registered for alone', async () => {
    await RelyingParty.register(app, 'one-grant', { grant_types: ['authorization_code'] });
    const service = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
    const secret = await confidential('one-service', 'client_secret_post', service);
    const ask = async (path: string, form: Record<string, string>): Promise<unknown> => {
      const response = await fetch(app.url + path, { method: 'POST', body: new URLSearchParams(form) });
      return [response.status, ((await response.json()) as { error_description?: string }).error_description];
    };
    const refused = [400, expect.stringContaining('not allowed for this client')];
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    for (const named of [{ client_id: 'one-grant' }, { client_id: 'one-service', client_secret: secret }]) {
      const refresh = { grant_type: 'refresh_token', refresh_token: 'x' };
      expect(await ask('/oidc/token', { ...named, ...refresh })).toEqual(refused);
      expect(await ask('/oidc/token', { ...named, grant_type: device, device_code: 'x' })).toEqual(refused);
      expect(await ask('/oidc/device/auth', named)).toEqual(refused);
    }
    expect(await ask('/oidc/token', { client_id: 'one-grant', grant_type: 'client_credentials' })).toEqual(refused);
    const url = new URL((await RelyingParty.register(app, 'code-asking').then((one) => one.begin())).address);
    url.searchParams.set('client_id', 'one-service');
    const asked = await browser.open(url.href);
    expect([asked.status, asked.location]).toEqual([400, null]);
  });

  it('binds tokens to a key of the client (DPoP)', async () => {
    const client = await RelyingParty.register(app, 'proving');
    const DPoP = openid.getDPoPHandle(client.config, await openid.randomDPoPKeyPair());
    const authorization = await client.begin({ scope: 'openid email' });
    const answer = new URL(await walk(browser, authorization.address, ada));
    const tokens = await openid.authorizationCodeGrant(client.config, answer, authorization.checks, undefined, {
      DPoP,
    });
    expect(tokens.token_type).toBe('dpop');
    const info = await openid.fetchUserInfo(client.config, tokens.access_token, openid.skipSubjectCheck, { DPoP });
    expect(info).toMatchObject({ email: ada.email });
    await expect(client.userinfo(tokens)).rejects.toThrow();
    const another = { DPoP: openid.getDPoPHandle(client.config, await openid.randomDPoPKeyPair()) };
    const stolen = openid.fetchUserInfo(client.config, tokens.access_token, openid.skipSubjectCheck, another);
    await expect(stolen).rejects.toThrow();
    const refresh = openid.refreshTokenGrant(client.config, tokens.refresh_token!, undefined, another);
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('introspects its own tokens, and others’ where an administrator lets it, and revokes', async () => {
    const secret = await confidential('careful', 'client_secret_basic');
    const config = await discover('careful', openid.ClientSecretBasic(secret));
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      prompt: 'consent',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const answer = new URL(await walk(browser, url.href, ada));
    const tokens = await openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier });
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      client_id: 'careful',
    });
    const ofOthers = async (id: string, metadata: Record<string, unknown>): Promise<object> => {
      const other = openid.ClientSecretBasic(await confidential(id, 'client_secret_basic', metadata));
      return openid.tokenIntrospection(await discover(id, other), tokens.access_token);
    };
    expect(await ofOthers('curious', {})).toEqual({ active: false });
    expect(await ofOthers('resource-server', { may_introspect: true })).toMatchObject({ active: true });
    await openid.tokenRevocation(config, tokens.refresh_token!);
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    expect(await openid.tokenIntrospection(config, 'never-was')).toEqual({ active: false });
  });

  it('connects a device by the code that it shows', async () => {
    const client = await RelyingParty.register(app, 'television', {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    });
    const device = await openid.initiateDeviceAuthorization(client.config, { scope: 'openid email' });
    const asked = await browser.visit(device.verification_uri);
    const confirm = await browser.submit(asked, { user_code: device.user_code.toLowerCase() });
    expect(confirm.html).toContain(device.user_code);
    const signIn = await follow(browser, (await browser.submit(confirm)).location!);
    const consent = await follow(
      browser,
      (await browser.submit(signIn, { identifier: ada.email, password: ada.password })).location!,
    );
    const done = await follow(browser, (await browser.submit(consent)).location!);
    expect(done.html).toContain('Your device is connected');
    const tokens = await openid.pollDeviceAuthorizationGrant(client.config, { ...device, interval: 0.01 });
    expect(await client.userinfo(tokens)).toMatchObject({ email: ada.email });
  });

  it('signs out at a client’s wish, and tells the clients of the session behind the browser’s back', async () => {
    const told: string[] = [];
    const server = await listen((body) => void told.push(body));
    const { port } = server.address() as AddressInfo;
    try {
      const client = await RelyingParty.register(app, 'leaving', {
        post_logout_redirect_uris: ['https://client.example.test/bye'],
        backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
        backchannel_logout_session_required: true,
      });
      const tokens = await client.signIn(browser, ada);
      const url = openid.buildEndSessionUrl(client.config, {
        id_token_hint: tokens.id_token!,
        post_logout_redirect_uri: 'https://client.example.test/bye',
        state: 'kept',
      });
      const asked = await browser.visit(url.href);
      expect(asked.html).toContain('The leaving app asks to sign you out');
      expect(asked.headers.get('content-security-policy')).toContain("form-action 'self' https:;");
      const left = await browser.submit(asked);
      expect(left.location).toBe('https://client.example.test/bye?state=kept');
      expect((await browser.open('/signed-in')).location).toBe('/sign-in');
      await expect(client.userinfo(tokens)).rejects.toThrow();
      await until('a logout token', () => told.length > 0);
      const token = new URLSearchParams(told[0]).get('logout_token') ?? '';
      const [header, payload] = [0, 1].map((at) => partOf(token, at));
      expect(header).toMatchObject({ typ: 'logout+jwt', alg: 'RS256' });
      expect(payload).toMatchObject({
        iss: app.url,
        aud: 'leaving',
        sub: tokens.claims()!.sub,
        sid: tokens.claims()!['sid'],
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      });
      expect(payload).not.toHaveProperty('nonce');
      expect(Number(payload!['exp']) - Number(payload!['iat'])).toBeLessThanOrEqual(120);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('lets the pages of a client without a secret call for it, and those of no other origin', async () => {
    const client = await RelyingParty.register(app, 'single-page');
    const redeem = async (origin: string): Promise<Response> => {
      const { address, checks } = await client.begin();
      const code = new URL(await walk(browser, address, ada)).searchParams.get('code') ?? '';
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: client.id };
      const body = new URLSearchParams({ ...form, code_verifier: checks.pkceCodeVerifier ?? '' });
      return fetch(`${app.url}/oidc/token`, { method: 'POST', headers: { origin }, body });
    };
    const { origin } = new URL(redirectUri);
    const answer = await redeem(origin);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const userinfo = (from: string): Promise<Response> =>
      fetch(`${app.url}/oidc/me`, { headers: { origin: from, authorization: `Bearer ${token}` } });
    const asked = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    const preflight = await fetch(`${app.url}/oidc/me`, { method: 'OPTIONS', headers: asked });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'authorization']);
    expect((await userinfo(origin)).headers.get('access-control-allow-origin')).toBe(origin);
    for (const other of ['https://elsewhere.example.test', 'null']) {
      for (const refused of [await redeem(other), await userinfo(other)])
        expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, null]);
    }
  });
});
