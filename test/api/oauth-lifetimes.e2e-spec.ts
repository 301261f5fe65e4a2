import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { IndieauthClient, ownPage } from './support/indieauth-client.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty, walk } from './support/relying-party.js';

const resource = 'https://api.example.test/';
const offline = { scope: 'openid offline_access', prompt: 'consent' };
const failed = { error: 'invalid_grant' };
const sessionExpiry = 1000;

describe(`lifetimes of what the provider hands out, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({
      queue: queueBackend,
      settings: {
        GATEHOUSE_CODE_EXPIRY: '20',
        GATEHOUSE_TOKEN_EXPIRY: '1800',
        GATEHOUSE_SESSION_EXPIRY: String(sessionExpiry),
      },
    });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  it('are the installation’s for who may go on while the person is away, and end with the session for others', async () => {
    const client = await RelyingParty.register(app, 'plain');
    expect((await client.signIn(browser, ada, offline)).expires_in).toBe(1800);
    await app.pass(400);
    const { expires_in: left = 0, ...bound } = await client.signIn(browser, ada);
    expect(left).toBeLessThanOrEqual(sessionExpiry - 400);
    expect(left).toBeGreaterThan(sessionExpiry - 460);
    await app.pass(left + 1);
    await expect(client.userinfo({ access_token: bound.access_token })).rejects.toThrow();
    await expect(client.refresh(bound.refresh_token ?? '')).rejects.toMatchObject(failed);
  });

  it('are a client’s own, and a resource’s', async () => {
    const client = await RelyingParty.register(app, 'own', {
      access_token_lifetime: 7200,
      resources: { [resource]: ['read'] },
      resource_lifetimes: { [resource]: 90 },
    });
    expect((await client.signIn(browser, ada, offline)).expires_in).toBe(7200);
    const authorization = await client.begin({ scope: 'openid read offline_access', resource, prompt: 'consent' });
    const answer = new URL(await walk(browser, authorization.address, ada));
    const tokens = await openid.authorizationCodeGrant(client.config, answer, authorization.checks, { resource });
    expect(tokens.expires_in).toBe(90);
    const { exp = 0, iat = 0 } = JSON.parse(
      Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString(),
    ) as { exp?: number; iat?: number };
    expect(exp - iat).toBe(90);
  });

  it.each([
    ['not used for so long', { refresh_token_idle_lifetime: 300 }],
    ['of so long ago', { refresh_token_lifetime: 300 }],
  ])('end a refresh token that was %s', async (name, members) => {
    const client = await RelyingParty.register(app, `refreshing ${name}`, members);
    const kept = await client.signIn(browser, ada, offline);
    const left = await client.signIn(new PageBrowser(app.url), ada, offline);
    await app.pass(299);
    expect(await client.refresh(kept.refresh_token ?? '')).toHaveProperty('access_token');
    await app.pass(2);
    await expect(client.refresh(left.refresh_token ?? '')).rejects.toMatchObject(failed);
  });

  it('end a code when the installation says, of either provider', async () => {
    const client = await RelyingParty.register(app, 'slow');
    const [inTime, late] = [await client.begin(), await client.begin()];
    const answers = [await walk(browser, inTime.address, ada), await walk(browser, late.address)] as const;
    const indie = new IndieauthClient(app, 'http://localhost:4996/');
    const me = await ownPage(app, ada, 'https://slow.example.test/');
    const [code, stale] = [await indie.authorize(ada, me), await indie.authorize(ada, me)];
    await app.pass(15);
    expect(await client.redeem(inTime, answers[0])).toHaveProperty('access_token');
    expect(await indie.redeem('/auth', code)).toMatchObject({ status: 200 });
    await app.pass(6);
    await expect(client.redeem(late, answers[1])).rejects.toMatchObject(failed);
    expect(await indie.redeem('/auth', stale)).toMatchObject({ status: 400, body: failed });
  });
});
