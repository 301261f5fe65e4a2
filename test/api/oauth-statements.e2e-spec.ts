import { createHash, randomBytes } from 'node:crypto';
import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty, walk } from './support/relying-party.js';

const resource = 'https://api.example.test/';
const offline = { scope: 'openid email offline_access', prompt: 'consent' };

/** What each endpoint asks of the database; BEGIN and COMMIT are not counted, and there are none. */
describe(`statements of the provider, queue on ${queueBackend}`, () => {
  let app: App;
  let client: RelyingParty;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    client = await RelyingParty.register(app, 'example');
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  afterAll(() => app.stop());

  const service = async (): Promise<openid.Configuration> => {
    const secret = randomBytes(32).toString('base64url');
    const authentication = { token_endpoint_auth_method: 'client_secret_basic', resources: { [resource]: ['read'] } };
    await RelyingParty.register(app, 'service', {
      ...authentication,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    });
    const sql = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)';
    await app.sql(sql, ['service', createHash('sha256').update(secret).digest()]);
    const execute = [openid.allowInsecureRequests];
    return openid.discovery(new URL(app.url), 'service', undefined, openid.ClientSecretBasic(secret), { execute });
  };

  it('are 4 for a code and for a refresh, 1 for userinfo', async () => {
    const authorization = await client.begin(offline);
    const answer = await walk(browser, authorization.address, ada);
    const code = await app.statements.during(() => client.redeem(authorization, answer));
    const exchange = ['limits.count', 'oauth.find_client', 'oauth.find_artifact', 'oauth.issue_tokens'];
    expect(code.statements).toEqual(exchange);
    const userinfo = await app.statements.during(() => client.userinfo(code.result));
    expect(userinfo.statements).toEqual(['oauth.find_bearer']);
    const refresh = await app.statements.during(() => client.refresh(code.result.refresh_token ?? ''));
    expect(refresh.statements).toEqual(exchange);
  });

  it('are 3 for a code whose client names itself in the header', async () => {
    const secret = randomBytes(32).toString('base64url');
    const confidential = await RelyingParty.register(app, 'confidential', {
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const sql = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)';
    await app.sql(sql, ['confidential', createHash('sha256').update(secret).digest()]);
    const execute = [openid.allowInsecureRequests];
    const authentication = openid.ClientSecretBasic(secret);
    const config = await openid.discovery(new URL(app.url), 'confidential', undefined, authentication, { execute });
    const { address, checks } = await confidential.begin(offline);
    const answer = new URL(await walk(browser, address, ada));
    const { statements } = await app.statements.during(() => openid.authorizationCodeGrant(config, answer, checks));
    expect(statements).toEqual(['oauth.count_and_find_client', 'oauth.find_artifact', 'oauth.issue_tokens']);
  });

  it('are 2 for an introspection, whatever the token is', async () => {
    const tokens = await client.signIn(browser, ada, offline);
    for (const token of [tokens.access_token, tokens.refresh_token ?? '', 'never-was']) {
      const { statements } = await app.statements.during(() => openid.tokenIntrospection(client.config, token));
      expect(statements).toEqual(['oauth.find_client', 'oauth.find_any_artifact']);
    }
  });

  it('are 1 for the credentials of a client and a JWT, 2 where the token is opaque', async () => {
    const config = await service();
    const jwt = await app.statements.during(() => openid.clientCredentialsGrant(config, { resource }));
    expect(jwt.statements).toEqual(['oauth.count_and_find_client']);
    const opaque = await app.statements.during(() => openid.clientCredentialsGrant(config));
    expect(opaque.statements).toEqual(['oauth.count_and_find_client', 'oauth.issue_tokens']);
  });

  it('are 6 for a browser that is signed in and has allowed the client', async () => {
    await client.signIn(browser, ada);
    const { address } = await client.begin();
    const { statements } = await app.statements.during(() => walk(browser, address));
    expect(statements).toEqual([
      'oauth.find_artifact',
      'sessions.check_by_cookie',
      'oauth.find_client',
      'oauth.find_grant',
      'oauth.save_artifact',
      'oauth.save_browser_session',
    ]);
  });
});
