import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, signIn, type SignedIn } from '../support/people.js';
import { type EndpointAnswer, IndieauthClient, ownPage } from './support/indieauth-client.js';
import { PageBrowser } from './support/page-browser.js';
import { redirectUri, RelyingParty, type Tokens, walk } from './support/relying-party.js';

const inactive = { active: false };
const refused = { status: 400, body: { error: 'invalid_grant' } };

/** The OpenID Provider, the IndieAuth server, and our own sign-ins: three who hand out tokens, in one house. */
describe(`tokens of one issuer, queue on ${queueBackend}`, () => {
  let app: App;
  let client: IndieauthClient;
  let ada: Person;
  let me: string;
  let party: RelyingParty;
  let openid: Tokens;
  let indie: Record<string, string>;
  let firstParty: SignedIn;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    client = new IndieauthClient(app, 'http://localhost:4999/');
  });

  afterAll(() => app.stop());

  const userinfo = (token: string): Promise<EndpointAnswer> =>
    client.call('/userinfo', { headers: { authorization: `Bearer ${token}` } });
  const introspect = (token: string, bearer: string): Promise<EndpointAnswer> =>
    client.post('/introspect', { token }, { authorization: `Bearer ${bearer}` });
  const works = async (token: string): Promise<boolean> => (await userinfo(token)).status === 200;

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    me = await ownPage(app, ada, `https://${ada.email.split('@')[0]}.example.test/`);
    party = await RelyingParty.register(app, `both-${ada.email}`);
    openid = await party.signIn(new PageBrowser(app.url), ada, {
      scope: 'openid profile offline_access',
      prompt: 'consent',
    });
    indie = await client.tokens(ada, me);
    firstParty = await signIn(app, ada);
  });

  const atOpenid = (path: string, form: Record<string, string>): Promise<EndpointAnswer> =>
    client.post(`${app.url}/oidc/${path}`, form);
  /** What each issuer handed out goes on working there, so a refusal elsewhere was about the issuer. */
  const expectAllToWork = async (): Promise<void> => {
    expect(await works(indie['access_token']!)).toBe(true);
    expect(await client.refresh(indie['refresh_token']!)).toMatchObject({ status: 200 });
    expect(await party.userinfo(openid)).toHaveProperty('sub');
    expect(await party.refresh(openid.refresh_token!)).toHaveProperty('access_token');
    expect((await app.api.as(firstParty.accessToken).get('/v1/me')).status).toBe(200);
    expect((await app.api.post('/v1/auth/refresh', { refreshToken: firstParty.refreshToken })).status).toBe(200);
  };

  it('are refused by the IndieAuth server, the provider’s and our own, for anything', async () => {
    for (const token of [openid.access_token, openid.refresh_token!, openid.id_token!, firstParty.accessToken]) {
      expect((await userinfo(token)).status).toBe(401);
      expect((await introspect(token, indie['access_token']!)).body).toEqual(inactive);
      expect((await introspect(indie['access_token']!, token)).status).toBe(401);
      expect(await client.refresh(token)).toMatchObject(refused);
      expect(await client.post('/revoke', { token })).toMatchObject({ status: 200 });
    }
    expect(await client.refresh(firstParty.refreshToken)).toMatchObject(refused);
    await client.post('/revoke', { token: firstParty.refreshToken });
    await expectAllToWork();
  });

  it('are refused by the provider where the IndieAuth server gave them', async () => {
    for (const token of [indie['access_token']!, indie['refresh_token']!]) {
      await expect(party.userinfo({ access_token: token })).rejects.toThrow();
      await expect(party.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
      expect((await atOpenid('token/introspection', { token, client_id: party.id })).body).toEqual(inactive);
      expect((await atOpenid('token/revocation', { token, client_id: party.id })).status).toBe(200);
    }
    await expectAllToWork();
  });

  it('open no account with us, and ours open nothing at the provider', async () => {
    const bearers = [indie['access_token']!, indie['refresh_token']!, openid.access_token, openid.id_token!];
    for (const bearer of [...bearers, openid.refresh_token!]) {
      expect((await app.api.as(bearer).get('/v1/me')).status).toBe(401);
      const refreshed = await app.api.post('/v1/auth/refresh', { refreshToken: bearer });
      expect([400, 401]).toContain(refreshed.status);
    }
    await expect(party.userinfo({ access_token: firstParty.accessToken })).rejects.toThrow();
    for (const token of [firstParty.accessToken, firstParty.refreshToken]) {
      await expect(party.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
      const { body } = await atOpenid('token/introspection', { token, client_id: party.id });
      expect(body['active']).not.toBe(true);
      await atOpenid('token/revocation', { token, client_id: party.id });
    }
    await expectAllToWork();
  });

  it('are not to be had for a code of the other, which stays good where it came from', async () => {
    const ours = await client.authorize(ada, me);
    const authorization = await party.begin();
    const answer = new URL(await walk(new PageBrowser(app.url), authorization.address, ada));
    const theirs = { code: answer.searchParams.get('code')!, verifier: authorization.checks.pkceCodeVerifier! };
    const wholly = { redirect_uri: redirectUri };
    for (const endpoint of ['/token', '/auth']) {
      expect(await client.redeem(endpoint, theirs, wholly)).toMatchObject(refused);
      expect(await client.redeem(endpoint, theirs, { ...wholly, client_id: party.id })).toMatchObject({
        status: 401,
      });
    }
    for (const [id, status] of [
      [party.id, 400],
      [client.id, 401],
    ] as const) {
      const endpoint = `${app.url}/oidc/token`;
      expect(await client.redeem(endpoint, ours, { client_id: id })).toMatchObject({ status });
    }
    expect(await client.redeem('/token', ours)).toMatchObject({ status: 200 });
    expect(await party.redeem(authorization, answer.href)).toHaveProperty('access_token');
  });
});
