import { NameServer } from '../../libs/outbound/testing/name-server.js';
import { Site } from '../../libs/outbound/testing/site.js';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { IndieauthClient, ownPage } from './support/indieauth-client.js';
import { PageBrowser } from './support/page-browser.js';

/** Clients that describe themselves; their hosts are on this machine, which the app is told it may reach. */
describe(`signing in with one's own domain, queue on ${queueBackend}`, () => {
  let app: App;
  let site: Site;
  let names: NameServer;
  let ada: Person;
  let me: string;
  let client: IndieauthClient;

  beforeAll(async () => {
    site = await Site.start();
    names = await NameServer.start({ 'app.example.test': { a: ['127.0.0.1'] } });
    const settings = { GATEHOUSE_FETCH_ALLOW: '127.0.0.1', GATEHOUSE_DNS_SERVERS: names.address };
    app = await startApp({ queue: queueBackend, settings });
    client = new IndieauthClient(app, at('/id'));
    site.put('/id', json({ client_id: client.id, client_uri: at('/'), client_name: 'The Reader' }));
  });

  afterAll(() => Promise.all([app.stop(), site.stop(), names.stop()]));

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    me = await ownPage(app, ada, `https://${ada.email.split('@')[0]}.example.test/`);
  });

  const at = (path: string, host = 'app.example.test'): string => `http://${host}:${site.port}${path}`;
  const json = (document: object, headers: Record<string, string> = {}) => ({
    type: 'application/json',
    body: JSON.stringify(document),
    headers: { 'cache-control': 'no-cache', ...headers },
  });

  it('walks from a client with a JSON document to a token, and what it is for', async () => {
    const browser = new PageBrowser(app.url);
    const { address, state, verifier } = client.begin({ me, scope: 'profile email create' });
    const signIn = await client.follow(browser, address);
    expect(signIn.html).toContain('name="password"');
    const typed = { identifier: ada.email, password: ada.password };
    const consent = await client.follow(browser, (await browser.submit(signIn, typed)).location!);
    expect(consent.html).toContain('Sign in to The Reader?');
    expect(consent.html).toContain(client.id);
    for (const scope of ['(profile)', '(email)', '(create)']) expect(consent.html).toContain(scope);
    expect(consent.html).toContain(me);
    const answer = await client.walk(browser, (await browser.submit(consent, { me })).location!, ada, me);
    expect(Object.fromEntries(answer.searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state,
      iss: `${app.url}/indieauth`,
    });
    const { status, body, headers } = await client.redeem('/token', {
      code: answer.searchParams.get('code')!,
      verifier,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'profile email create',
      me,
      profile: { url: me, email: ada.email },
    });
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    const [consented] = await auditTrail(app, 'indieauth.consented');
    expect(consented).toMatchObject({ data: { clientId: client.id, me, scopes: ['profile', 'email', 'create'] } });
  });

  it('walks from a client with an h-app page, whose redirect address is on another host', async () => {
    const redirectUri = 'https://elsewhere.example.test/callback';
    const page = new IndieauthClient(app, at('/'), redirectUri);
    site.put('/', {
      headers: { link: `<${redirectUri}>; rel="redirect_uri"` },
      body: `<!doctype html><link rel="redirect_uri" href="/other">
        <div class="h-app"><img class="u-logo" src="/logo.png" alt=""><a class="u-url p-name" href="/">Quill &amp; Ink</a></div>`,
    });
    const browser = new PageBrowser(app.url);
    const consent = await signedIn(page, browser);
    expect(consent.html).toContain('Sign in to Quill &amp; Ink?');
    expect(consent.html).toContain('It is sent to elsewhere.example.test');
    expect(consent.headers.get('content-security-policy')).toContain("form-action 'self' https:;");
    expect(await page.redeem('/token', await page.authorize(ada, me))).toMatchObject({ status: 200, body: { me } });
    const other = new IndieauthClient(app, at('/'), at('/other'));
    expect(await other.redeem('/auth', await other.authorize(ada, me))).toMatchObject({ status: 200, body: { me } });
  });

  it('asks every time, though it was allowed before', async () => {
    const browser = new PageBrowser(app.url);
    await client.authorize(ada, me, {}, browser);
    const again = await client.follow(browser, client.begin().address);
    expect(again.html).toContain('Sign in to The Reader?');
    const silent = await client.follow(browser, client.begin({ prompt: 'none' }).address);
    expect(new URL(silent.location!).searchParams.get('error')).toBe('consent_required');
  });

  it('warns of a client that calls another host its home', async () => {
    site.put('/posing', {
      body: '<div class="h-app"><a class="u-url p-name" href="https://bank.example.test/">Bank</a></div>',
    });
    const page = await signedIn(new IndieauthClient(app, at('/posing')), new PageBrowser(app.url));
    expect(page.html).toContain('It says that it belongs to bank.example.test');
  });

  it('lets nobody sign in with a page that is not, or no longer, proved to be theirs', async () => {
    const eve = await registerAndVerify(app);
    const browser = new PageBrowser(app.url);
    const own = await ownPage(app, eve, 'https://eve.example.test/');
    const consent = await signedIn(client, browser, eve);
    expect(consent.html).not.toContain(me);
    expect((await browser.submit(consent, { me })).status).toBe(403);
    await app.sql(`UPDATE indieauth_domains SET lapsed_at = app_now() WHERE me = $1`, [own]);
    expect((await browser.submit(consent, { me: own })).status).toBe(403);
    const without = await signedIn(client, new PageBrowser(app.url), eve);
    expect(without.html).toContain('You have no page to sign in with yet');
  });

  it('takes an untrusted hint for a suggestion and no more', async () => {
    const second = await ownPage(app, ada, `https://second.${ada.email.split('@')[0]}.example.test/`);
    const chosen = async (hint: string): Promise<string | undefined> => {
      const { html } = await signedIn(client, new PageBrowser(app.url), ada, { me: hint });
      return /value="([^"]+)" checked/.exec(html)?.[1];
    };
    expect(await chosen(second)).toBe(second);
    expect(await chosen('https://somebody.example.test/')).toBe(me);
    expect(await chosen('nonsense')).toBe(me);
  });

  it('is asked of the browser that began it alone, and of nobody who signs in there later', async () => {
    const browser = new PageBrowser(app.url);
    const { html } = await signedIn(client, browser);
    const [, path] = /action="([^"]+)\/deny"/.exec(html)!;
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec(html)!;
    const thief = new PageBrowser(app.url);
    expect((await thief.open(path!)).status).toBe(410);
    expect((await thief.post(path!, { csrf: csrf!, me })).status).toBe(403);
    const eve = await registerAndVerify(app);
    const own = await ownPage(app, eve, `https://${eve.email.split('@')[0]}.example.test/`);
    const typed = { identifier: eve.email, password: eve.password };
    await browser.submit(await browser.visit('/sign-in?max_age=0'), typed);
    const asked = await browser.open(path!);
    expect([asked.status, asked.location]).toEqual([303, '/flow/sign-in']);
    for (const page of [me, own]) expect((await browser.post(path!, { csrf: csrf!, me: page })).status).toBe(403);
  });

  it('tells the client where consent was denied', async () => {
    const browser = new PageBrowser(app.url);
    const { html } = await signedIn(client, browser);
    const [, path] = /action="([^"]+\/deny)"/.exec(html)!;
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec(html)!;
    expect((await browser.post(path!, { csrf: 'A'.repeat(43) })).status).toBe(403);
    const denied = await client.follow(browser, (await browser.post(path!, { csrf: csrf! })).location!);
    expect(Object.fromEntries(new URL(denied.location!).searchParams)).toMatchObject({
      error: 'access_denied',
      iss: `${app.url}/indieauth`,
    });
  });

  async function signedIn(
    of: IndieauthClient,
    browser: PageBrowser,
    person = ada,
    params: Record<string, string> = {},
  ): Promise<Awaited<ReturnType<PageBrowser['open']>>> {
    const page = await of.follow(browser, of.begin(params).address);
    const typed = { identifier: person.email, password: person.password };
    return of.follow(browser, (await browser.submit(page, typed)).location!);
  }
});
