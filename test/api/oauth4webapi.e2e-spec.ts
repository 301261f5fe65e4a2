import { createHash, randomBytes } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { follow, redirectUri, RelyingParty, walk } from './support/relying-party.js';

const resource = 'https://api.example.test/';
/** Of every call: the issuer is on loopback. */
const http = { [oauth.allowInsecureRequests]: true };

/** The second well-known library, used by itself: it judges every answer by the specifications. */
describe(`what oauth4webapi does with the provider, queue on ${queueBackend}`, () => {
  let app: App;
  let as: oauth.AuthorizationServer;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    const issuer = new URL(app.url);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http));
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const publicClient = async (id: string, metadata: Record<string, unknown> = {}): Promise<oauth.Client> => {
    await RelyingParty.register(app, id, metadata);
    return { client_id: id };
  };

  interface Begun {
    readonly address: string;
    readonly params: URLSearchParams;
    readonly verifier: string;
    readonly state: string;
    readonly nonce: string;
  }

  const begin = async (client: oauth.Client, more: Record<string, string> = {}): Promise<Begun> => {
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const params = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...more,
    });
    return { address: `${as.authorization_endpoint}?${params}`, params, verifier, state, nonce };
  };
  const redeem = async (
    client: oauth.Client,
    begun: Begun,
    answer: string,
    options: oauth.DPoPRequestOptions = {},
  ): Promise<oauth.TokenEndpointResponse> => {
    const params = oauth.validateAuthResponse(as, client, new URL(answer), begun.state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      params,
      redirectUri,
      begun.verifier,
      { ...http, ...options },
    );
    const expected = { expectedNonce: begun.nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, expected);
    await oauth.validateApplicationLevelSignature(as, response, http);
    return tokens;
  };
  const userinfo = async (client: oauth.Client, token: string, subject: string): Promise<oauth.UserInfoResponse> =>
    oauth.processUserInfoResponse(as, client, subject, await oauth.userInfoRequest(as, client, token, http));
  const subjectOf = (tokens: oauth.TokenEndpointResponse): string => oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';

  it('code with PKCE, refresh and revocation, the ID token verified by the published keys', async () => {
    const client = await publicClient('for-code');
    const begun = await begin(client, { scope: 'openid email offline_access', prompt: 'consent' });
    const tokens = await redeem(client, begun, await walk(browser, begun.address, ada));
    const subject = subjectOf(tokens);
    expect(await userinfo(client, tokens.access_token, subject)).toMatchObject({ email: ada.email });

    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token ?? '', http);
    const refreshed = await oauth.processRefreshTokenResponse(as, client, response);
    await oauth.validateApplicationLevelSignature(as, response, http);
    expect(subjectOf(refreshed)).toBe(subject);
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    const revoked = await oauth.revocationRequest(as, client, oauth.None(), refreshed.refresh_token ?? '', http);
    await oauth.processRevocationResponse(revoked);
    await expect(userinfo(client, refreshed.access_token, subject)).rejects.toThrow();
    const again = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refreshed.refresh_token ?? '', http);
    const failed = oauth.processRefreshTokenResponse(as, client, again);
    await expect(failed).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
  });

  it('a pushed request, and a token bound to a key (DPoP), which is no bearer token', async () => {
    const client = await publicClient('for-par');
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const begun = await begin(client);
    const pushed = await oauth.processPushedAuthorizationResponse(
      as,
      client,
      await oauth.pushedAuthorizationRequest(as, client, oauth.None(), begun.params, { ...http, DPoP }),
    );
    const address = new URL(as.authorization_endpoint ?? '');
    address.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri }).toString();
    const answer = await walk(browser, address.href, ada);
    const tokens = await redeem(client, begun, answer, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, { ...http, DPoP });
    const subject = subjectOf(tokens);
    expect(await oauth.processUserInfoResponse(as, client, subject, info)).toMatchObject({ email: ada.email });
    await expect(userinfo(client, tokens.access_token, subject)).rejects.toThrow();
  });

  it('a device, which waits until its person has allowed it', async () => {
    const client = await publicClient('for-device', {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      redirect_uris: [],
    });
    const begun = await oauth.processDeviceAuthorizationResponse(
      as,
      client,
      await oauth.deviceAuthorizationRequest(as, client, oauth.None(), { scope: 'openid email' }, http),
    );
    const poll = async (): Promise<oauth.TokenEndpointResponse> =>
      oauth.processDeviceCodeResponse(
        as,
        client,
        await oauth.deviceCodeGrantRequest(as, client, oauth.None(), begun.device_code, http),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' });
    const confirm = await browser.submit(await browser.visit(begun.verification_uri), { user_code: begun.user_code });
    const signIn = await follow(browser, (await browser.submit(confirm)).location!);
    const typed = { identifier: ada.email, password: ada.password };
    const consent = await follow(browser, (await browser.submit(signIn, typed)).location!);
    await follow(browser, (await browser.submit(consent)).location!);
    await app.pass(30);
    const tokens = await poll();
    expect(await userinfo(client, tokens.access_token, subjectOf(tokens))).toMatchObject({ email: ada.email });
    await app.pass(30);
    await expect(poll()).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('client credentials: a JWT for one resource, which the resource can judge by itself (RFC 9068)', async () => {
    const secret = randomBytes(32).toString('base64url');
    const client = await publicClient('for-service', {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
      resources: { [resource]: ['read', 'write'] },
    });
    await app.sql('INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)', [
      client.client_id,
      createHash('sha256').update(secret).digest(),
    ]);
    const authentication = oauth.ClientSecretBasic(secret);
    const params = { resource, scope: 'read' };
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, params, http);
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, response);
    const request = (): Request => new Request(resource, { headers: { authorization: `Bearer ${token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request(), resource, http);
    expect(claims).toMatchObject({ iss: app.url, sub: client.client_id, scope: 'read' });
    const elsewhere = oauth.validateJwtAccessToken(as, request(), 'https://other.example.test/', http);
    await expect(elsewhere).rejects.toThrow();
    const wrong = oauth.ClientSecretBasic(`${secret}x`);
    const refused = await oauth.clientCredentialsGrantRequest(as, client, wrong, params, http);
    await expect(oauth.processClientCredentialsResponse(as, client, refused)).rejects.toMatchObject({ status: 401 });
  });

  it('signs out by the endpoint that discovery names, and back to the client', async () => {
    const bye = 'https://client.example.test/bye';
    const client = await publicClient('for-logout', { post_logout_redirect_uris: [bye] });
    const begun = await begin(client);
    const tokens = await redeem(client, begun, await walk(browser, begun.address, ada));
    const address = new URL(as.end_session_endpoint ?? '');
    const hint = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: bye, state: begun.state };
    address.search = new URLSearchParams(hint).toString();
    const left = await browser.submit(await browser.visit(address.href));
    expect(left.location).toBe(`${bye}?state=${begun.state}`);
    await expect(userinfo(client, tokens.access_token, subjectOf(tokens))).rejects.toThrow();
    const silent = await begin(client, { prompt: 'none' });
    const answer = new URL((await follow(browser, silent.address)).location ?? '');
    expect(() => oauth.validateAuthResponse(as, client, answer, silent.state)).toThrow(
      expect.objectContaining({ error: 'login_required' }) as Error,
    );
  });
});
