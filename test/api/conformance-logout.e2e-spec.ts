import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type App, startApp } from '../support/app.js';
import { accepted, type ProblemBody, type Visit } from '../support/people.js';
import { ConformanceSuite, setUpSuite, type SuiteClient, suiteUrl } from './support/conformance-suite.js';
import { type Page, PageBrowser } from './support/page-browser.js';

/** What the modules of the OpenID Foundation's other plans ask: Config, RP-Initiated Logout, Back-Channel Logout. */
describe(`the conformance profile beside signing in, queue on ${queueBackend}`, () => {
  let app: App;
  let root: Visit;
  let client: SuiteClient;
  let toldBehind: SuiteClient;
  let suite: ConformanceSuite;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    const { clients, ...others } = await setUpSuite(app);
    [client, , , toldBehind] = clients;
    root = others.root;
    suite = new ConformanceSuite(app, 'query', others.jane);
  });

  afterAll(() => app.stop());

  const discovered = async (): Promise<Record<string, unknown>> => ({
    ...(await suite.call('/.well-known/openid-configuration')).body,
  });

  it('oidcc-discovery-endpoint-verification: has what the Config plan looks for', async () => {
    const metadata = await discovered();
    expect(metadata).toMatchObject({
      issuer: app.url,
      response_types_supported: ['code'],
      response_modes_supported: expect.arrayContaining(['query', 'form_post']) as string[],
      grant_types_supported: expect.arrayContaining(['authorization_code']) as string[],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']) as string[],
      token_endpoint_auth_methods_supported: expect.arrayContaining([
        'client_secret_basic',
        'client_secret_post',
      ]) as string[],
      scopes_supported: expect.arrayContaining(['openid', 'profile', 'email', 'address', 'phone']) as string[],
      claims_supported: expect.arrayContaining(['sub', 'name', 'address', 'phone_number']) as string[],
      claims_parameter_supported: true,
      request_uri_parameter_supported: false,
      code_challenge_methods_supported: ['S256'],
    });
    // OpenID Connect Discovery 3: left out, it is false.
    expect(metadata).not.toHaveProperty('request_parameter_supported', true);
    const endpoints = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    expect(endpoints.map(([name]) => name)).toEqual(
      expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
    );
    for (const [, url] of endpoints) expect(String(url)).toMatch(`${app.url}/`);
  });

  it('oidcc-discovery-endpoint-verification: its keys are public, and each has an id of its own', async () => {
    const { body } = await suite.call('/oidc/jwks');
    const keys = body['keys'] as Record<string, unknown>[];
    expect(keys.map(({ kty }) => kty)).toEqual(expect.arrayContaining(['RSA', 'EC']));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) for (const secret of ['d', 'p', 'q', 'k']) expect(key).not.toHaveProperty(secret);
  });

  it('oidcc-*-logout-discovery-endpoint-verification: names the endpoint, and logout with a session id', async () => {
    expect(await discovered()).toMatchObject({
      end_session_endpoint: `${app.url}/oidc/session/end`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
    expect(toldBehind).toMatchObject({
      backchannel_logout_uri: `${suiteUrl}/test/a/gatehouse-logout/backchannel_logout`,
      backchannel_logout_session_required: true,
    });
  });

  describe('RP-Initiated Logout', () => {
    const bye = `${suiteUrl}/test/a/gatehouse/post_logout_redirect`;
    const state = 'x'.repeat(128);
    let browser: PageBrowser;
    let hint: string;

    beforeEach(async () => {
      browser = new PageBrowser(app.url);
      ({ id_token: hint } = await suite.signIn(client, browser));
    });

    const open = (params: Record<string, string>): Promise<Page> =>
      browser.open(`/oidc/session/end?${new URLSearchParams(params)}`);
    const signedIn = async (): Promise<boolean> => {
      const request = suite.request(client, { prompt: 'none' });
      const values = suite.answered(await suite.authorize(browser, request, false));
      expect(Object.keys(values)).toContain('code' in values ? 'code' : 'error');
      return 'code' in values;
    };
    const signOut = async (page: Page): Promise<string | null> => {
      expect([page.status, page.html]).toEqual([200, expect.stringContaining('Sign out?')]);
      const { location } = await browser.submit(page);
      expect(await signedIn()).toBe(false);
      return location;
    };
    const forged = (algorithm: 'none' | 'HS256'): string => {
      const [, claims = ''] = hint.split('.');
      const header = Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url');
      const sign = createHmac('sha256', client.client_secret).update(`${header}.${claims}`);
      return `${header}.${claims}.${algorithm === 'none' ? '' : sign.digest('base64url')}`;
    };

    it('oidcc-rp-initiated-logout, -no-state: signs out and goes to the client, with its state unharmed', async () => {
      const where = { id_token_hint: hint, post_logout_redirect_uri: bye };
      expect(await signOut(await open({ ...where, state }))).toBe(`${bye}?state=${state}`);
      ({ id_token: hint } = await suite.signIn(client, browser));
      expect(await signOut(await open({ ...where, id_token_hint: hint }))).toBe(bye);
    });

    it('takes the same as a post from another site (RP-Initiated Logout 1.0 section 2)', async () => {
      const params = { id_token_hint: hint, post_logout_redirect_uri: bye, state };
      const headers = { origin: suiteUrl, 'sec-fetch-site': 'cross-site' };
      const bounced = await new PageBrowser(app.url).post('/oidc/session/end', params, headers);
      expect(bounced.status).toBe(303);
      expect(await signOut(await browser.open(bounced.location ?? ''))).toBe(`${bye}?state=${state}`);
    });

    it.each<[string, (hint: string) => Record<string, string>]>([
      ['bad-post-logout-redirect-uri', (id) => ({ id_token_hint: id, post_logout_redirect_uri: `${bye}/bad` })],
      [
        'query-added-to-post-logout-redirect-uri',
        (id) => ({ id_token_hint: id, post_logout_redirect_uri: `${bye}?a=b` }),
      ],
      ['modified-id-token-hint', () => ({ id_token_hint: forged('none'), post_logout_redirect_uri: bye })],
      ['bad-id-token-hint', () => ({ id_token_hint: forged('HS256'), post_logout_redirect_uri: bye })],
    ])('oidcc-rp-initiated-logout-%s: shows a page, leads nowhere and signs nobody out', async (_, params) => {
      const url = `${app.url}/oidc/session/end?${new URLSearchParams({ ...params(hint), state })}`;
      const headers = { cookie: browser.jar.header(), accept: 'text/html,*/*;q=0.8' };
      const page = await fetch(url, { redirect: 'manual', headers });
      expect([page.status, page.headers.get('location')]).toEqual([400, null]);
      expect(await page.text()).toContain('This request cannot go on');
      expect(await signedIn()).toBe(true);
    });

    it.each<[string, (hint: string) => Record<string, string>]>([
      ['no-id-token-hint', () => ({ post_logout_redirect_uri: bye, state })],
      ['no-params', () => ({})],
      ['no-post-logout-redirect-uri', (id) => ({ id_token_hint: id, state })],
      ['only-state', () => ({ state })],
    ])('oidcc-rp-initiated-logout-%s: signs out and stays here', async (_, params) => {
      const left = await browser.visit((await signOut(await open(params(hint)))) ?? '');
      expect([left.status, left.html]).toEqual([200, expect.stringContaining('You are signed out')]);
    });
  });

  describe('a request that a browser posts', () => {
    it('is no fault of ours where it ends before it is whole', async () => {
      const before = app.logLines.length;
      const { hostname, port } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      const head = ['POST /oidc/auth HTTP/1.1', `Host: ${hostname}`, 'Content-Length: 100'];
      socket.end([...head, 'Content-Type: application/x-www-form-urlencoded', '', 'state=x'].join('\r\n'));
      await once(socket.resume(), 'close');
      await discovered();
      expect(app.logLines.slice(before).filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    });

    it.each<[string, string, string, number]>([
      ['is JSON', 'application/json', '{"client_id":"conformance"}', 400],
      ['is longer than an address may be', 'application/x-www-form-urlencoded', `state=${'x'.repeat(7000)}`, 413],
      ['grows longer than that', 'application/x-www-form-urlencoded', `state=${'ü'.repeat(3000)}`, 413],
    ])('is refused with a page where it %s', async (_, type, body, status) => {
      const answer = await fetch(`${app.url}/oidc/auth`, { method: 'POST', body, headers: { 'content-type': type } });
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining('invalid_request')]);
    });

    it('leads to our own address alone, with the parameters of its body alone, each as often as it was there', async () => {
      const body = 'client_id=a&client_id=b&next=%0d%0aset-cookie%3A+a%3Db&q=//evil.example';
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const url = `${app.url}/oidc/auth?state=of-the-address`;
      const { status, headers: sent } = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
      expect([status, sent.get('cache-control'), sent.getSetCookie()]).toEqual([303, 'no-store', []]);
      expect(sent.get('location')).toBe(
        '/oidc/auth?client_id=a&client_id=b&next=%0D%0Aset-cookie%3A+a%3Db&q=%2F%2Fevil.example',
      );
    });
  });

  it('lets a script run on the page of form_post by its hash alone', async () => {
    const browser = new PageBrowser(app.url);
    const request = suite.request(client, { prompt: 'none', response_mode: 'form_post' });
    const page = await browser.open(`/oidc/auth?${new URLSearchParams(request)}`);
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page.html) ?? [];
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(script))).toString('base64');
    const policy = (page.headers.get('content-security-policy') ?? '').split(/\s*;\s*/);
    expect(policy).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(page.headers.get('cache-control')).toContain('no-store');
  });

  it('excuses from PKCE who authenticates, shows it, and takes it back with the authentication', async () => {
    const path = `/v1/admin/clients/${client.client_id}`;
    expect(accepted(await root.api.get(path), 200)).toMatchObject({ require_pkce: false });
    const refused = await root.api.patch<ProblemBody>(path, { token_endpoint_auth_method: 'none' });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [
        {
          field: 'require_pkce',
          code: 'invalid',
          detail: 'must not be false for a public client: PKCE is all that protects its codes',
        },
      ],
    ]);
    const strict = accepted(await root.api.patch(path, { require_pkce: null }), 200);
    expect(strict).toMatchObject({ require_pkce: true });
    const values = suite.answered(await suite.authorize(new PageBrowser(app.url), suite.request(client)));
    expect(values).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('PKCE') as string,
    });
    accepted(await root.api.patch(path, { require_pkce: false }), 200);
  });
});
