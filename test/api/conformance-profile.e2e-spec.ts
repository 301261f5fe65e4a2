import { createHash, randomBytes } from 'node:crypto';
import { type App, startApp } from '../support/app.js';
import type { Person } from '../support/people.js';
import {
  ConformanceSuite,
  documentedSettings,
  type Params,
  setUpSuite,
  type SuiteClient,
  suiteUrl,
} from './support/conformance-suite.js';
import { PageBrowser } from './support/page-browser.js';

const unsigned = (claims: object): string =>
  [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';

/** What the modules of the OpenID Foundation's plans ask of a provider, by their names. */
describe(`the conformance profile, queue on ${queueBackend}`, () => {
  let app: App;
  let first: SuiteClient;
  let second: SuiteClient;
  let byPost: SuiteClient;
  let jane: Person;
  /** Where Jane is signed in. */
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, settings: documentedSettings() });
    const { clients, ...others } = await setUpSuite(app);
    [first, second, byPost] = clients;
    jane = others.jane;
    browser = new PageBrowser(app.url);
  });

  afterAll(() => app.stop());

  describe.each(['query', 'form_post'] as const)('the Basic plan, answers by %s', (mode) => {
    let suite: ConformanceSuite;

    beforeAll(async () => {
      suite = new ConformanceSuite(app, mode, jane);
      await suite.signIn(first, browser);
    });

    const authTime = async ({ id_token: token }: { id_token: string }): Promise<number> =>
      Number((await suite.verified(token))['auth_time']);

    it('oidcc-server, oidcc-server-client-secret-post: signs somebody in', async () => {
      for (const client of [first, byPost]) {
        const tokens = await suite.signIn(client, new PageBrowser(app.url));
        const { sub } = await suite.verified(tokens.id_token);
        expect(await suite.userinfo(tokens)).toEqual({ status: 200, body: { sub } });
      }
      const values = suite.answered(await suite.authorize(browser, suite.request(first)));
      expect((await suite.redeem({ ...first, client_secret: 'wrong' }, values)).body['error']).toBe('invalid_client');
    });

    it('oidcc-response-type-missing: is refused at the client', async () => {
      const request = suite.request(first, { response_type: undefined });
      const arrival = await suite.authorize(browser, request);
      expect(suite.answered(arrival)).toMatchObject({ error: 'invalid_request', state: request['state'] });
    });

    it.each(['get', 'post-header', 'post-body'] as const)('oidcc-userinfo-%s', async (how) => {
      const tokens = await suite.signIn(first, browser);
      const { sub } = await suite.verified(tokens.id_token);
      expect(await suite.userinfo(tokens, how)).toEqual({ status: 200, body: { sub } });
    });

    it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
      const { id_token: token } = await suite.signIn(first, browser, { nonce: undefined });
      expect(await suite.verified(token)).not.toHaveProperty('nonce');
    });

    it('oidcc-scope-*, oidcc-ensure-other-scope-order-succeeds: userinfo has the claims, the ID token has not', async () => {
      const claims = {
        profile:
          'name given_name family_name middle_name nickname preferred_username profile picture website gender ' +
          'birthdate zoneinfo locale updated_at',
        email: 'email email_verified',
        address: 'address',
        phone: 'phone_number phone_number_verified',
      };
      const scopes = Object.entries(claims);
      const all = ['openid profile email address phone', Object.values(claims).join(' ')] as const;
      for (const [scope, members] of [...scopes.map(([name, has]) => [`${name} openid`, has] as const), all]) {
        const tokens = await suite.signIn(first, browser, { scope });
        const { body } = await suite.userinfo(tokens);
        expect([scope, Object.keys(body).sort()]).toEqual([scope, ['sub', ...members.split(' ')].sort()]);
        for (const claim of members.split(' ')) expect(await suite.verified(tokens.id_token)).not.toHaveProperty(claim);
      }
      const { body } = await suite.userinfo(await suite.signIn(first, browser, { scope: all[0] }));
      expect(body).toMatchObject({ email_verified: true, phone_number_verified: false });
      expect([typeof body['updated_at'], typeof body['address']]).toEqual(['number', 'object']);
    });

    it.each<[string, Params]>([
      ['oidcc-display-page', { display: 'page' }],
      ['oidcc-display-popup', { display: 'popup' }],
      ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
      ['oidcc-ui-locales', { ui_locales: 'se fr' }],
      ['oidcc-claims-locales', { claims_locales: 'se fr' }],
      ['oidcc-login-hint', { login_hint: 'buffy@example.test' }],
      ['oidcc-ensure-request-with-acr-values-succeeds, unknown ones', { acr_values: '1 2' }],
    ])('%s', async (_, params) => {
      await suite.signIn(first, browser, params);
    });

    it('oidcc-ensure-request-with-acr-values-succeeds: the ID token has one of those supported', async () => {
      const { body } = await suite.call('/.well-known/openid-configuration');
      const acrs = body['acr_values_supported'] as string[];
      const { id_token: token } = await suite.signIn(first, browser, { acr_values: acrs.join(' ') });
      expect(acrs).toContain((await suite.verified(token))['acr']);
    });

    it('oidcc-prompt-login, oidcc-max-age-1, oidcc-max-age-10000: ask again, or not, and tell when', async () => {
      let before = await authTime(await suite.signIn(first, browser, { max_age: '10000' }));
      for (const again of [{ prompt: 'login', max_age: '10000' }, { max_age: '1' }]) {
        await app.pass(2);
        const arrival = await suite.authorize(browser, suite.request(first, again));
        const { body } = await suite.redeem(first, suite.answered(arrival));
        const since = await authTime(body as { id_token: string });
        expect([arrival.by !== 'page' && arrival.asked, since > before]).toEqual([true, true]);
        before = since;
      }
      const arrival = await suite.authorize(browser, suite.request(first, { max_age: '10000' }));
      const { body } = await suite.redeem(first, suite.answered(arrival));
      expect([arrival.by !== 'page' && arrival.asked, await authTime(body as { id_token: string })]).toEqual([
        false,
        before,
      ]);
    });

    it('oidcc-prompt-none-not-logged-in: is refused at the client', async () => {
      const request = suite.request(first, { prompt: 'none' });
      const values = suite.answered(await suite.authorize(new PageBrowser(app.url), request, false));
      expect(values).toMatchObject({ error: 'login_required', state: request['state'] });
    });

    it('oidcc-prompt-none-logged-in, oidcc-id-token-hint: the same person, the same sign-in, nothing asked', async () => {
      const { id_token: hint } = await suite.signIn(first, browser);
      const { sub, auth_time: time } = await suite.verified(hint);
      for (const params of [{ prompt: 'none' }, { prompt: 'none', id_token_hint: hint }]) {
        const request = suite.request(first, params);
        const values = suite.answered(await suite.authorize(browser, request, false));
        const { body } = await suite.redeem(first, values);
        expect(await suite.verified(String(body['id_token']))).toMatchObject({
          sub,
          ...(time ? { auth_time: time } : {}),
        });
      }
    });

    it.each([0, 30])(
      'oidcc-codereuse: %s seconds after its use a code is refused, and what it gave is dead',
      async (s) => {
        const values = suite.answered(await suite.authorize(browser, suite.request(first)));
        const { body } = await suite.redeem(first, values);
        await app.pass(s);
        expect(await suite.redeem(first, values)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
        expect((await suite.userinfo(body as never)).status).toBe(401);
      },
    );

    it('oidcc-ensure-registered-redirect-uri: shows a page', async () => {
      const request = suite.request(first, { redirect_uri: `${first.redirect_uris[0]}/more` });
      const arrival = await suite.authorize(browser, request, false);
      expect(arrival.by === 'page' && [arrival.page.status, arrival.page.html]).toEqual([
        400,
        expect.stringContaining('redirect_uri'),
      ]);
    });

    it('oidcc-ensure-post-request-succeeds: the browser posts the request from another site, without cookies', async () => {
      const request = suite.request(first);
      const headers = { origin: suiteUrl, 'sec-fetch-site': 'cross-site' };
      const stranger = new PageBrowser(app.url);
      const bounced = await stranger.post('/oidc/auth', request, headers);
      expect([bounced.status, bounced.headers.getSetCookie()]).toEqual([303, []]);
      const arrival = await suite.arrive(browser, bounced, false);
      expect(suite.answered(arrival)).toMatchObject({ state: request['state'], code: expect.any(String) as string });
    });

    it('oidcc-unsigned-request-object, oidcc-ensure-request-object-with-redirect-uri: are not supported', async () => {
      const object = unsigned({ ...suite.request(first), iss: first.client_id, aud: app.url });
      const request = suite.request(first, { request: object });
      expect(suite.answered(await suite.authorize(browser, request))).toMatchObject({ error: 'request_not_supported' });
      const elsewhere = { ...request, redirect_uri: `${first.redirect_uris[0]}?bad=1` };
      expect((await suite.authorize(browser, elsewhere, false)).by).toBe('page');
    });

    it('oidcc-claims-essential: userinfo has the name, the ID token has not', async () => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
      const tokens = await suite.signIn(first, browser, { claims });
      expect((await suite.userinfo(tokens)).body).toMatchObject({ name: 'Jane Doe' });
      expect(await suite.verified(tokens.id_token)).not.toHaveProperty('name');
    });

    it('oidcc-refresh-token: works for its client alone, and the ID token tells of the same sign-in', async () => {
      const offline = { scope: 'openid offline_access', prompt: 'consent' };
      const of = async (client: SuiteClient) => {
        const { refresh_token: token = '', id_token: idToken } = await suite.signIn(client, browser, offline);
        return { fields: { grant_type: 'refresh_token', refresh_token: token }, before: await suite.verified(idToken) };
      };
      const { fields, before } = await of(first);
      const { status, body } = await suite.token(first, fields);
      const { iss, sub, aud } = before;
      expect([status, body['refresh_token']]).toEqual([200, expect.any(String)]);
      expect(await suite.verified(String(body['id_token']))).toMatchObject({ iss, sub, aud });
      expect((await suite.userinfo(body as never)).status).toBe(200);
      const refused = await suite.token(first, (await of(second)).fields);
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    });

    it('oidcc-ensure-request-with-valid-pkce-succeeds, and neither half is taken without the other', async () => {
      const verifier = randomBytes(32).toString('base64url');
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const asked = { code_challenge: challenge, code_challenge_method: 'S256' };
      const statuses = [];
      for (const [params, more] of [
        [asked, { code_verifier: verifier }],
        [asked, {}],
        [{}, { code_verifier: verifier }],
      ] as const) {
        const values = suite.answered(await suite.authorize(browser, suite.request(first, params)));
        statuses.push((await suite.redeem(first, values, more as Record<string, string>)).status);
      }
      expect(statuses).toEqual([200, 400, 400]);
    });
  });
});
