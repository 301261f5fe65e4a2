import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { registerAndVerify } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { follow, RelyingParty } from './support/relying-party.js';

const device = {
  grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  response_types: [],
  redirect_uris: [],
};
const rules = {
  'oauth_token.address': '30/600',
  'oauth_token.client': '5/600',
  'oauth_device.address': '8/600',
  'oauth_user_code.address': '12/600',
  'oauth_user_code.session': '4/600',
};

/** The windows are over at the end of each test. */
describe(`limits of the provider, queue on ${queueBackend}`, () => {
  let app: App;
  let television: RelyingParty;

  beforeAll(async () => {
    const limits = Object.entries(rules).map((rule) => rule.join('='));
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_LIMITS: limits.join(',') } });
    television = await RelyingParty.register(app, 'television', device);
  });

  afterEach(() => app.pass(601));

  afterAll(() => app.stop());

  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(path, app.url), { method: 'POST', headers, body: new URLSearchParams(form) });
  const show = (): Promise<openid.DeviceAuthorizationResponse> =>
    openid.initiateDeviceAuthorization(television.config, { scope: 'openid email' });
  const poll = async ({ device_code: code }: openid.DeviceAuthorizationResponse): Promise<string> => {
    const [grantType] = device.grant_types;
    const form = { grant_type: grantType ?? '', client_id: television.id, device_code: code };
    return String(((await (await post('/oidc/token', form)).json()) as { error?: string }).error);
  };
  const until = async (status: number, ask: () => Promise<Response>, most: number): Promise<[number, Response]> => {
    for (let asked = 0; asked <= most; asked += 1) {
      const response = await ask();
      if (response.status === status) return [asked, response];
    }
    throw new Error(`never ${status}`);
  };

  it('hold the token endpoint by address, answering as OAuth does', async () => {
    const ask = (): Promise<Response> => post('/oidc/token', { grant_type: 'refresh_token', client_id: 'television' });
    const [before, response] = await until(429, ask, 31);
    expect(before).toBe(30);
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(590);
    expect((await post('/oidc/token', { grant_type: 'refresh_token' })).status).toBe(429);
    expect((await post('/indieauth/token', { grant_type: 'refresh_token' })).status).toBe(429);
    await app.pass(601);
    expect((await ask()).status).toBe(400);
  });

  it('hold one client sooner, where it names itself in the header', async () => {
    const ask = (name: string) => (): Promise<Response> =>
      post('/oidc/token', { grant_type: 'client_credentials' }, { authorization: `Basic ${btoa(`${name}:wrong`)}` });
    expect((await until(429, ask('one'), 6))[0]).toBe(5);
    expect((await ask('other')()).status).toBe(401);
  });

  it('hold the device authorization endpoint by address', async () => {
    const ask = (): Promise<Response> => post('/oidc/device/auth', { client_id: 'television', scope: 'openid' });
    const [before, response] = await until(429, ask, 9);
    expect([before, response.headers.get('content-type')]).toEqual([8, 'application/json; charset=utf-8']);
  });

  it('hold the guessing of user codes by session and by address, with a page', async () => {
    const ada = await registerAndVerify(app);
    const browser = new PageBrowser(app.url);
    await browser.submit(await browser.visit('/sign-in'), { identifier: ada.email, password: ada.password });
    const guess = async (guesser: PageBrowser): Promise<number> => {
      const asked = await guesser.visit('/oidc/device');
      const answer = await guesser.submit(asked, { user_code: 'BBBB-BBBB' });
      if (answer.status === 429) expect(answer.html).toContain('Too many codes were typed here');
      return answer.status;
    };
    const bySession: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) bySession.push(await guess(browser));
    expect(bySession).toEqual([200, 200, 200, 200, 429]);
    const byAddress: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) byAddress.push(await guess(new PageBrowser(app.url)));
    expect(byAddress).toEqual([200, 200, 200, 200, 200, 200, 200, 429]);
  });

  it('tell a device that polls too soon to slow down, and give it its tokens in time', async () => {
    const ada = await registerAndVerify(app);
    const shown = await show();
    expect(await poll(shown)).toBe('authorization_pending');
    expect(await poll(shown)).toBe('slow_down');
    await app.pass(5);
    expect(await poll(shown)).toBe('authorization_pending');
    const browser = new PageBrowser(app.url);
    const confirm = await browser.submit(await browser.visit(shown.verification_uri), { user_code: shown.user_code });
    const signIn = await follow(browser, (await browser.submit(confirm)).location ?? '');
    const typed = { identifier: ada.email, password: ada.password };
    const consent = await follow(browser, (await browser.submit(signIn, typed)).location ?? '');
    await follow(browser, (await browser.submit(consent)).location ?? '');
    expect(await poll(shown)).toBe('slow_down');
    await app.pass(5);
    expect(await poll(shown)).toBe('undefined');
    expect(await poll(await show())).toBe('authorization_pending');
  });
});
