import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as openid from 'openid-client';
import { multiFactor } from '@app/sessions';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, signIn, someone, type Visit } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { until } from '../support/smtp.js';
import { dumpOf, findIn } from './support/database-dump.js';
import { Harvest } from './support/harvest.js';
import { IndieauthClient, ownPage } from './support/indieauth-client.js';
import { listen } from './support/listener.js';
import { PageBrowser } from './support/page-browser.js';
import { Recorder } from './support/recorder.js';
import { follow, redirectUri, RelyingParty, walk } from './support/relying-party.js';

const offline = { scope: 'openid email profile offline_access', prompt: 'consent' };
const resource = 'https://api.example.test/';

/** Every flow of the provider once, and what the database holds of it. */
describe(`what the OpenID Provider keeps of its secrets, queue on ${queueBackend}`, () => {
  let app: App;
  let harvest: Harvest;
  let recorder: Recorder;
  let ada: Visit;
  let browser: PageBrowser;
  const told: string[] = [];
  let server: Server;

  beforeAll(async () => {
    server = await listen((body) => void told.push(body));
    app = await startApp({
      queue: queueBackend,
      settings: { GATEHOUSE_FETCH_ALLOW: '127.0.0.1', GATEHOUSE_DYNAMIC_REGISTRATION: 'true' },
    });
    harvest = new Harvest();
    recorder = await Recorder.start(app);
    ada = await arrive(app, someone('ada'));
    browser = new PageBrowser(app.url);
    await withoutStep();
    await withDevice();
    await withPushedRequestAndProof();
    await byServices();
    await withSecondFactor();
    await byIndieauth();
    await abused();
    await leaving();
    await unfinished();
    harvest.keep('password', ada.password);
    for (const token of await recorder.mailedTokens()) harvest.keep('mailed token', token);
    for (const body of told) harvest.keep('logout token', new URLSearchParams(body).get('logout_token') ?? '');
  });

  afterAll(async () => {
    // Both watch by standing in the way of fetch: the last that came goes first.
    recorder?.stop();
    harvest?.stop();
    server?.close();
    await app?.stop();
  });

  async function withoutStep(): Promise<void> {
    const client = await RelyingParty.register(app, 'plain');
    const tokens = await client.signIn(browser, ada, offline);
    await client.userinfo(tokens);
    await client.userinfo(await client.refresh(tokens.refresh_token!));
    const bound = await client.begin({ prompt: 'none' });
    await client.redeem(bound, await walk(browser, bound.address));
  }

  async function withDevice(): Promise<void> {
    const client = await RelyingParty.register(app, 'television', {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    });
    const device = await openid.initiateDeviceAuthorization(client.config, { scope: 'openid email offline_access' });
    const confirm = await browser.submit(await browser.visit(device.verification_uri), { user_code: device.user_code });
    const consent = await follow(browser, (await browser.submit(confirm)).location!);
    await follow(browser, (await browser.submit(consent)).location!);
    await openid.pollDeviceAuthorizationGrant(client.config, { ...device, interval: 0.01 });
    await openid.initiateDeviceAuthorization(client.config, { scope: 'openid' });
  }

  async function withPushedRequestAndProof(): Promise<void> {
    const client = await RelyingParty.register(app, 'careful');
    const DPoP = openid.getDPoPHandle(client.config, await openid.randomDPoPKeyPair());
    const verifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const params = {
      redirect_uri: redirectUri,
      ...offline,
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const url = await openid.buildAuthorizationUrlWithPAR(client.config, params, { DPoP });
    const answer = new URL(await walk(browser, url.href, ada));
    const checks = { pkceCodeVerifier: verifier, expectedState, expectedNonce };
    const tokens = await openid.authorizationCodeGrant(client.config, answer, checks, undefined, { DPoP });
    await openid.fetchUserInfo(client.config, tokens.access_token, openid.skipSubjectCheck, { DPoP });
    await openid.refreshTokenGrant(client.config, tokens.refresh_token!, undefined, { DPoP });
    await openid.buildAuthorizationUrlWithPAR(client.config, params, { DPoP });
  }

  async function byServices(): Promise<void> {
    const root = await arrive(app, someone('root'));
    await promote(app, root);
    const admin = app.api.as((await signIn(app, root)).accessToken);
    const service = await admin.post<{ client_id: string; client_secret: string }>('/v1/admin/clients', {
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
      resources: { [resource]: ['read'] },
    });
    const { client_id: id, client_secret: secret } = accepted(service, 201);
    const execute = [openid.allowInsecureRequests];
    const authentication = openid.ClientSecretBasic(secret);
    const config = await openid.discovery(new URL(app.url), id, undefined, authentication, { execute });
    await openid.clientCredentialsGrant(config, { resource, scope: 'read' });
    const initial = await admin.post<{ initial_access_token: string }>('/v1/admin/client-registrations', {});
    const { initial_access_token: initialAccessToken } = accepted(initial, 201);
    const metadata = { client_name: 'Itself', redirect_uris: [redirectUri], grant_types: ['authorization_code'] };
    await openid.dynamicClientRegistration(new URL(app.url), metadata, undefined, { execute, initialAccessToken });
    accepted(await admin.post('/v1/admin/client-registrations', {}), 201);
    const client = await RelyingParty.register(app, 'inspected');
    const tokens = await client.signIn(browser, ada, offline);
    await openid.tokenIntrospection(config, tokens.access_token);
    await openid.tokenRevocation(client.config, tokens.refresh_token!);
  }

  async function withSecondFactor(): Promise<void> {
    const grace = await arrive(app, someone('grace'));
    const { authenticator } = await enrolTotp(app, grace.api);
    const client = await RelyingParty.register(app, 'strict');
    const elsewhere = new PageBrowser(app.url);
    const authorization = await client.begin({ acr_values: multiFactor, prompt: 'login' });
    const asked = await follow(elsewhere, authorization.address);
    const password = { identifier: grace.email, password: grace.password };
    const second = await follow(elsewhere, (await elsewhere.submit(asked, password)).location!);
    expect(second.html).toContain('name="code"');
    const done = await elsewhere.submit(second, { method: 'totp', code: await authenticator.nextCode() });
    await client.redeem(authorization, await walk(elsewhere, done.location!, grace));
  }

  async function byIndieauth(): Promise<void> {
    const me = await ownPage(app, ada, 'https://ada.example.test/');
    const client = new IndieauthClient(app, 'http://localhost:4711/');
    const { access_token: token = '', refresh_token: refreshToken = '' } = await client.tokens(ada, me);
    await client.refresh(refreshToken);
    const inspected = await client.post('/introspect', { token }, { authorization: `Bearer ${token}` });
    expect(inspected.body).toMatchObject({ active: true });
    await client.authorize(ada, me);
  }

  async function abused(): Promise<void> {
    const client = await RelyingParty.register(app, 'abused');
    const authorization = await client.begin(offline);
    const answer = await walk(browser, authorization.address, ada);
    await client.redeem(authorization, answer);
    await expect(client.redeem(authorization, answer)).rejects.toThrow();
    const { refresh_token: first } = await client.signIn(browser, ada, offline);
    const { refresh_token: second } = await client.refresh(first!);
    await app.pass(6);
    await expect(client.refresh(first!)).rejects.toThrow();
    await expect(client.refresh(second!)).rejects.toThrow();
    const denied = await follow(browser, (await client.begin(offline)).address);
    const [, path] = /action="([^"]+)"/.exec(denied.html)!;
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec(denied.html)!;
    await follow(browser, (await browser.post(`${path}/deny`, { csrf: csrf! })).location!);
  }

  async function leaving(): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const client = await RelyingParty.register(app, 'leaving', {
      backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
      backchannel_logout_session_required: true,
    });
    const tokens = await client.signIn(browser, ada);
    const address = openid.buildEndSessionUrl(client.config, {
      id_token_hint: tokens.id_token!,
      state: 'kept-in-mind',
    });
    await browser.submit(await browser.visit(address.href));
    await until('a logout token', () => told.length > 0);
  }

  /** What is open at the time of the dump: a session, tokens, a code, a question, a pushed request. */
  async function unfinished(): Promise<void> {
    const client = await RelyingParty.register(app, 'unfinished');
    await client.signIn(browser, ada, offline);
    await walk(browser, (await client.begin({ prompt: 'none' })).address);
    await follow(browser, (await client.begin(offline)).address);
    const asked = await follow(new PageBrowser(app.url), (await client.begin()).address);
    expect(asked.html).toContain('name="password"');
  }

  it('is gathered from every flow', async () => {
    const names = new Set([...(await harvest.secrets()).keys()].map((name) => name.replace(/ \d+$/, '')));
    const tokens = 'access_token, refresh_token, id_token, initial_access_token, id in logout token, logout token';
    const inBetween = 'code, code_verifier, state, nonce, device_code, user_code, request_uri, proof, path, csrf, xsrf';
    const cookies = ['Host-gatehouse-provider', 'Host-gatehouse-session', 'Host-gatehouse-sign-in'];
    for (const name of `${tokens}, ${inBetween}, client_secret`.split(', ')) expect(names).toContain(name);
    for (const name of [...cookies, 'Secure-gatehouse-interaction']) expect(names).toContain(`cookie __${name}`);
  });

  it('is found nowhere in a full dump of the database', async () => {
    expect(findIn(await dumpOf(app), await harvest.secrets())).toEqual([]);
  });

  it('was written at no time into any row or job, nor into the log', async () => {
    const traces = [...(await recorder.rows()), ...(await recorder.jobs()), ...recorder.logs()];
    expect(findIn(traces, await harvest.secrets())).toEqual([]);
  });

  it('would be found, however it were written', async () => {
    const secret = randomBytes(32).toString('base64url');
    const secrets = new Map([['planted', secret]]);
    const dumped = async (type: string, value: unknown): Promise<string[]> => {
      await app.sql(`CREATE TABLE planted (value ${type})`);
      await app.sql('INSERT INTO planted VALUES ($1)', [value]);
      const found = findIn(await dumpOf(app), secrets);
      await app.sql('DROP TABLE planted');
      return found;
    };
    const within = (encoding: BufferEncoding): string => Buffer.from(`{"jti":"${secret}"}`).toString(encoding);
    for (const [type, value] of [
      ['text', secret],
      ['jsonb', JSON.stringify({ deep: { jti: secret } })],
      ['text', within('hex')],
      ['text', within('base64')],
      ['text[]', [Buffer.from(secret, 'base64url').toString('hex')]],
      ['bytea', Buffer.from(secret)],
      ['bytea', Buffer.from(secret, 'base64url')],
      ['bytea', Buffer.from(within('base64'))],
    ] as const) {
      expect([type, await dumped(type, value)]).toEqual([
        type,
        expect.arrayContaining(['planted in public.planted.value']),
      ]);
    }
    expect(await dumped('text', randomBytes(32).toString('base64url'))).toEqual([]);
  });
});
