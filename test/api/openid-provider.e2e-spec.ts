import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';

const redirectUri = 'https://client.example.test/callback';

describe(`the OpenID Provider, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    const metadata = {
      client_name: 'Example',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
    await app.sql('INSERT INTO oauth_clients (id, metadata) VALUES ($1, $2)', ['example', metadata]);
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  it('signs a browser in with code and PKCE, asks for consent, and answers userinfo', async () => {
    const config = await openid.discovery(new URL(app.url), 'example', undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const nonce = openid.randomNonce();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email offline_access',
      prompt: 'consent',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    let page = await browser.visit(url.href);
    expect(page.html).toContain('name="password"');
    page = await browser.submit(page, { identifier: ada.email, password: ada.password });
    page = await browser.visit(page.location!);
    expect(page.html).toContain('Allow Example?');
    page = await browser.submit(page);
    for (let hops = 0; hops < 5 && !page.location!.startsWith(redirectUri); hops += 1) {
      page = await browser.open(page.location!);
    }
    const tokens = await openid.authorizationCodeGrant(config, new URL(page.location!), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    expect(tokens.claims()).toMatchObject({ iss: app.url });
    const info = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(info).toMatchObject({ email: ada.email, email_verified: true });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token!);
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  });
});
