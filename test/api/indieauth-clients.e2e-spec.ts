import { NameServer } from '../../libs/outbound/testing/name-server.js';
import { type Resource, Site } from '../../libs/outbound/testing/site.js';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, signIn } from '../support/people.js';
import { IndieauthClient, ownPage } from './support/indieauth-client.js';
import { type Page, PageBrowser } from './support/page-browser.js';

/** What is taken for a client, and what is not. Of this machine only 127.0.0.1 may be fetched from. */
describe(`clients of the IndieAuth server, queue on ${queueBackend}`, () => {
  let app: App;
  let site: Site;
  let names: NameServer;
  let ada: Person;
  let me: string;

  beforeAll(async () => {
    site = await Site.start();
    names = await NameServer.start({
      'app.example.test': { a: ['127.0.0.1'] },
      'inside.example.test': { a: ['127.0.0.1', '10.0.0.7'] },
      'here.example.test': { a: ['127.0.0.2'] },
    });
    const settings = { GATEHOUSE_FETCH_ALLOW: '127.0.0.1', GATEHOUSE_DNS_SERVERS: names.address };
    app = await startApp({ queue: queueBackend, settings });
    ada = await registerAndVerify(app);
    me = await ownPage(app, ada, 'https://ada.example.test/');
  });

  afterAll(() => Promise.all([app.stop(), site.stop(), names.stop()]));

  const at = (path: string, host = 'app.example.test'): string => `http://${host}:${site.port}${path}`;
  const client = (path: string, redirectUri?: string): IndieauthClient =>
    new IndieauthClient(app, at(path), redirectUri ?? at('/callback'));
  const asked = (of: IndieauthClient, params: Record<string, string | undefined> = {}): Promise<Page> =>
    new PageBrowser(app.url).open(of.begin(params).address);
  const document = (path: string, changes: object = {}, headers: Record<string, string> = {}): Resource => ({
    type: 'application/json',
    headers,
    body: JSON.stringify({ client_id: at(path), client_uri: at('/'), ...changes }),
  });

  function expectRefused({ status, location, html }: Page, sentence: string): void {
    expect([status, location]).toEqual([400, null]);
    expect(html).toContain(sentence);
  }

  it.each([
    'reader',
    'ftp://app.example.test/',
    'http://app.example.test/a/../b',
    'http://app.example.test/#app',
    'http://ada@app.example.test/',
    'http://10.0.0.1/',
    'http://127.0.0.2/',
    'http://[2001:db8::1]/',
  ])('refuses %s as a client_id, without fetching or leading anywhere', async (id) => {
    const before = site.requests.length;
    expectRefused(await asked(new IndieauthClient(app, id, at('/callback'))), 'This request cannot go on');
    expect(site.requests).toHaveLength(before);
  });

  it('knows a client by its host in lower case', async () => {
    site.put('/case', document('/case'));
    const shouting = new IndieauthClient(app, at('/case', 'APP.Example.TEST'), at('/callback'));
    const { code, verifier } = await shouting.authorize(ada, me);
    expect(await client('/case').redeem('/auth', { code, verifier })).toMatchObject({ status: 200, body: { me } });
  });

  it.each([
    ['names another client', (path: string) => document(path, { client_id: at('/another') }), 'client_id is not'],
    ['has no client_uri', (path: string) => document(path, { client_uri: undefined }), 'client_uri is not'],
    [
      'has the client_uri of another host',
      (path: string) => document(path, { client_uri: 'http://x.test/' }),
      'client_uri is not',
    ],
    ['is no JSON', () => ({ type: 'application/json', body: '{' }), 'no JSON object'],
    [
      'has more than 5 KB',
      (path: string) => document(path, { client_name: 'x'.repeat(5 * 1024) }),
      'more than 5120 bytes',
    ],
    ['is a page of more than 256 KB', () => ({ body: 'x'.repeat(256 * 1024 + 1) }), 'more than 262144 bytes'],
    ['is a picture', () => ({ type: 'image/png', body: 'x' }), 'image/png'],
    ['is not there', () => ({ status: 404 }), 'answered 404'],
    [
      'is on another host',
      () => ({ status: 302, headers: { location: 'http://here.example.test/' } }),
      'leads to another host',
    ],
  ])('refuses a client whose document %s', async (what, resource, sentence) => {
    const path = `/${encodeURIComponent(what)}`;
    site.put(path, resource(path));
    expectRefused(await asked(client(path)), sentence);
  });

  it('reaches no address inside for a document', async () => {
    const before = site.requests.length;
    expectRefused(await asked(new IndieauthClient(app, at('/', 'inside.example.test'))), 'may not be reached');
    expectRefused(await asked(new IndieauthClient(app, at('/', 'nowhere.example.test'))), 'no such host');
    expect(site.requests).toHaveLength(before);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'here.example.test'])(
    'fetches nothing of a client on %s, and lets it have codes at its own address alone',
    async (host) => {
      const before = site.requests.length;
      const own = new IndieauthClient(app, at('/app', host));
      expect(await own.redeem('/auth', await own.authorize(ada, me))).toMatchObject({ status: 200, body: { me } });
      expectRefused(await asked(new IndieauthClient(app, at('/app', host), at('/callback'))), 'redirect_uri');
      expect(site.requests).toHaveLength(before);
    },
  );

  it.each([
    ['another port', () => `http://app.example.test:${site.port + 1}/callback`],
    ['another scheme', () => `https://app.example.test:${site.port}/callback`],
    ['a subdomain', () => at('/callback', 'sub.app.example.test')],
    ['user info', () => `http://ada@app.example.test:${site.port}/callback`],
    ['a fragment', () => `${at('/callback')}#x`],
    ['more than what is listed', () => 'https://elsewhere.example.test/listed?more'],
    ['a script', () => 'javascript:alert(1)'],
  ])('refuses a redirect_uri with %s, without leading there', async (_what, redirectUri) => {
    site.put(
      '/strict',
      document('/strict', { redirect_uris: ['https://elsewhere.example.test/listed', 'javascript:alert(1)'] }),
    );
    expectRefused(await asked(client('/strict', redirectUri())), 'redirect_uri');
  });

  it('refuses a request without redirect_uri', async () => {
    site.put('/bare', document('/bare'));
    expectRefused(await asked(client('/bare'), { redirect_uri: undefined }), 'redirect_uri');
  });

  it('keeps a document as long as its Cache-Control allows', async () => {
    site.put('/kept', document('/kept', {}, { 'cache-control': 'max-age=600' }));
    site.put('/fleeting', document('/fleeting', {}, { 'cache-control': 'no-store' }));
    for (let times = 0; times < 2; times += 1) for (const path of ['/kept', '/fleeting']) await asked(client(path));
    expect([site.hits('/kept'), site.hits('/fleeting')]).toEqual([1, 2]);
    await app.pass(601);
    await asked(client('/kept'));
    expect(site.hits('/kept')).toBe(2);
  });

  it('fetches nothing when a code is redeemed, of clients that it knows or does not', async () => {
    site.put('/once', document('/once', {}, { 'cache-control': 'no-store' }));
    const once = client('/once');
    const tokens = await once.tokens(ada, me);
    expect(await once.refresh(tokens['refresh_token']!)).toMatchObject({ status: 200 });
    expect(site.hits('/once')).toBe(1);
    site.put('/never', document('/never'));
    const never = await client('/never').redeem('/token', { code: 'x'.repeat(43), verifier: 'x'.repeat(43) });
    expect(never).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(site.hits('/never')).toBe(0);
  });

  it('counts who has documents fetched, and pages', async () => {
    const limited = await startApp({
      queue: queueBackend,
      beside: app,
      settings: { GATEHOUSE_LIMITS: 'indieauth.address=1/600,domains.user=1/600', GATEHOUSE_PUBLIC_URL: app.url },
    });
    try {
      await app.sql('DELETE FROM limit_windows');
      const there = `http://127.0.0.1:${limited.config.http.port}`;
      const open = () => fetch(`${there}/indieauth/auth`);
      expect((await open()).status).toBe(400);
      expect((await open()).status).toBe(429);
      const { accessToken } = await signIn(app, ada);
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
      const add = (page: string) =>
        fetch(`${there}/v1/me/domains`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ me: `https://${page}.example.test/` }),
        });
      expect((await add('first')).status).toBe(201);
      expect((await add('second')).status).toBe(429);
    } finally {
      await limited.stop();
    }
  });
});
