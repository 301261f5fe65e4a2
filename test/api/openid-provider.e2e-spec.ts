import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, promote, registerAndVerify, signIn, someone } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';
import { follow, redirectUri, RelyingParty, walk } from './support/relying-party.js';

const offline = { scope: 'openid email offline_access', prompt: 'consent' };
const failed = { error: 'invalid_grant' };

describe(`the OpenID Provider, queue on ${queueBackend}`, () => {
  let app: App;
  let client: RelyingParty;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    client = await RelyingParty.register(app, 'example');
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const introduce = async (): Promise<string> => (await browser.open('/signed-in')).html;

  it('signs a browser in: password, consent, code with PKCE, ID token, userinfo', async () => {
    const authorization = await client.begin({ scope: 'openid profile email' });
    const asked = await follow(browser, authorization.address);
    expect(asked.html).toContain('name="password"');
    const consent = await follow(browser, (await browser.submit(asked, typed(ada))).location!);
    expect(consent.html).toContain('Allow The example app?');
    const answer = await walk(browser, (await browser.submit(consent)).location!);
    expect(new URL(answer).searchParams.get('iss')).toBe(app.url);
    const tokens = await client.redeem(authorization, answer);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({ iss: app.url, aud: 'example', sub: expect.stringMatching(/^\w{5}(-\w{5}){3}$/) });
    expect(await client.userinfo(tokens)).toMatchObject({ sub: claims.sub, email: ada.email, email_verified: true });
    expect(await introduce()).toContain(ada.email);
  });

  it('asks nothing again of a browser that is signed in and has allowed the client', async () => {
    await client.signIn(browser, ada);
    const authorization = await client.begin({ prompt: 'none' });
    expect(await client.redeem(authorization, await walk(browser, authorization.address))).toHaveProperty('id_token');
  });

  it('remembers a consent past the session that it was given in, and asks for what is more', async () => {
    await client.signIn(browser, ada);
    const elsewhere = new PageBrowser(app.url);
    const asked = await follow(elsewhere, (await client.begin()).address);
    const onward = await follow(elsewhere, (await elsewhere.submit(asked, typed(ada))).location!);
    expect(onward.location).toMatch(redirectUri);
    const more = await follow(elsewhere, (await client.begin({ scope: 'openid email phone' })).address);
    expect(more.html).toContain('Your phone number');
    expect(more.html).not.toContain('Your e-mail address');
  });

  it('asks for no consent where the client is our own', async () => {
    const own = await RelyingParty.register(app, 'console', {}, true);
    const asked = await follow(browser, (await own.begin({ scope: 'openid profile' })).address);
    const onward = await follow(browser, (await browser.submit(asked, typed(ada))).location!);
    expect(onward.location).toMatch(redirectUri);
  });

  it('asks each time for a program on a device, which any other could pass for', async () => {
    const native = { application_type: 'native', redirect_uris: ['com.example.app:/callback'] };
    const program = await RelyingParty.register(app, 'native', native);
    const begin = async (): Promise<string> =>
      (await program.begin({ redirect_uri: 'com.example.app:/callback' })).address;
    const asked = await follow(browser, await begin());
    const consent = await follow(browser, (await browser.submit(asked, typed(ada))).location!);
    const answered = await browser.open((await browser.submit(consent)).location!);
    expect(answered.location).toMatch(/^com\.example\.app:\/callback\?code=/);
    expect((await follow(browser, await begin())).html).toContain('Allow The native app?');
  });

  it('tells the client where consent was denied, and takes no forged consent', async () => {
    const asked = await follow(browser, (await client.begin()).address);
    const consent = await follow(browser, (await browser.submit(asked, typed(ada))).location!);
    const [, path] = /action="([^"]+)"/.exec(consent.html)!;
    expect((await browser.post(path!, { csrf: 'A'.repeat(43) })).status).toBe(403);
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec(consent.html)!;
    const denied = await follow(browser, (await browser.post(`${path}/deny`, { csrf: csrf! })).location!);
    expect(new URL(denied.location!).searchParams.get('error')).toBe('access_denied');
  });

  it('says login_required, consent_required where nothing may be asked', async () => {
    const error = async (): Promise<string | null> =>
      new URL((await browser.open((await client.begin({ prompt: 'none' })).address)).location!).searchParams.get(
        'error',
      );
    expect(await error()).toBe('login_required');
    await follow(browser, (await browser.submit(await browser.visit('/sign-in'), typed(ada))).location!);
    expect(await error()).toBe('login_required');
    await client.signIn(browser, ada);
    await app.sql('DELETE FROM oauth_consents');
    await app.sql('DELETE FROM oauth_grants');
    expect(await error()).toBe('consent_required');
  });

  it('signs in with the session that the browser has, and asks for a new one with prompt=login and max_age', async () => {
    await browser.submit(await browser.visit('/sign-in'), typed(ada));
    const first = await client.begin();
    const consent = await follow(browser, first.address);
    expect(consent.html).toContain('Allow');
    const tokens = await client.redeem(first, await walk(browser, (await browser.submit(consent)).location!));
    await app.pass(100);
    for (const params of [{ prompt: 'login' }, { max_age: '60' }]) {
      const again = await client.begin(params as unknown as Record<string, string>);
      const asked = await follow(browser, again.address);
      expect(asked.html).toContain('name="password"');
      const answer = await walk(browser, (await browser.submit(asked, typed(ada))).location!, ada);
      const renewed = await client.redeem(again, answer);
      expect(renewed.claims()!.sub).toBe(tokens.claims()!.sub);
      expect(renewed.claims()!.auth_time).toBeGreaterThan(tokens.claims()!.auth_time ?? 0);
      await app.pass(100);
    }
  });

  it('gives another person who signs in on the browser tokens of their own', async () => {
    await client.signIn(browser, ada);
    const bob = await registerAndVerify(app, someone('bob'));
    const again = await client.begin({ prompt: 'login' });
    const tokens = await client.redeem(again, await walk(browser, again.address, bob));
    expect(await client.userinfo(tokens)).toMatchObject({ email: bob.email });
  });

  it('gives a code once: a second use revokes what it gave', async () => {
    const authorization = await client.begin(offline);
    const answer = await walk(browser, authorization.address, ada);
    const tokens = await client.redeem(authorization, answer);
    await expect(client.redeem(authorization, answer)).rejects.toMatchObject(failed);
    await expect(client.userinfo(tokens)).rejects.toThrow();
    await expect(client.refresh(tokens.refresh_token!)).rejects.toMatchObject(failed);
    expect(await auditTrail(app, 'oauth.code_replayed')).toHaveLength(1);
  });

  it('rotates refresh tokens; a replay after the race window revokes all', async () => {
    const { refresh_token: first } = await client.signIn(browser, ada, offline);
    const second = await client.refresh(first!);
    expect(second.refresh_token).not.toBe(first);
    await expect(client.refresh(first!)).rejects.toMatchObject(failed);
    const third = await client.refresh(second.refresh_token!);
    await app.pass(6);
    await expect(client.refresh(first!)).rejects.toMatchObject(failed);
    await expect(client.refresh(third.refresh_token!)).rejects.toMatchObject(failed);
    await expect(client.userinfo(third)).rejects.toThrow();
    expect(await auditTrail(app, 'oauth.refresh_token_reused')).toHaveLength(1);
  });

  it('ends what has no offline_access with the session, and keeps the rest', async () => {
    const bound = await client.signIn(browser, ada);
    const kept = await client.signIn(browser, ada, offline);
    expect(await client.userinfo(bound)).toHaveProperty('email');
    await browser.submit(await browser.open('/signed-in'));
    await expect(client.userinfo(bound)).rejects.toThrow();
    await expect(client.refresh(bound.refresh_token!)).rejects.toMatchObject(failed);
    expect(await client.refresh(kept.refresh_token!)).toHaveProperty('access_token');
  });

  it.each(['is disabled', 'changed the password', 'signed out everywhere'])(
    'gives nothing more for an account that %s',
    async (what) => {
      const tokens = await client.signIn(browser, ada, offline);
      const api = app.api.as((await signIn(app, ada)).accessToken);
      if (what === 'is disabled') {
        const root = await arrive(app, someone('root'));
        await promote(app, root);
        const { id } = accepted(await api.get<{ id: string }>('/v1/me'), 200);
        accepted(await root.api.post(`/v1/admin/users/${id}/disable`), 200);
      } else if (what === 'changed the password') {
        const change = { currentPassword: ada.password, newPassword: 'meadow lantern hollow 7' };
        accepted(await api.post('/v1/me/password', change), 204);
      } else accepted(await api.delete('/v1/me/sessions'), 204);
      await expect(client.userinfo(tokens)).rejects.toThrow();
      await expect(client.refresh(tokens.refresh_token!)).rejects.toMatchObject(failed);
    },
  );

  it('refuses without leading anywhere what asks in the name of nobody, or to lead elsewhere', async () => {
    const { address } = await client.begin();
    for (const [name, value] of [
      ['client_id', 'nobody'],
      ['redirect_uri', 'https://attacker.example.test/callback'],
    ] as const) {
      const url = new URL(address);
      url.searchParams.set(name, value);
      const refused = await browser.open(url.href);
      expect([refused.status, refused.location]).toEqual([400, null]);
      expect(refused.html).toContain('This request cannot go on');
    }
  });

  it.each([
    ['code_challenge', undefined],
    ['code_challenge_method', undefined],
    ['code_challenge_method S256', 'plain'],
  ])('refuses a request without %s', async (what, value) => {
    const [name = ''] = what.split(' ');
    const url = new URL((await client.begin()).address);
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    const refused = new URL((await browser.open(url.href)).location!);
    expect(refused.searchParams.get('error')).toBe('invalid_request');
    expect(refused.searchParams.get('iss')).toBe(app.url);
  });

  it('gives an interaction to the browser that began it alone', async () => {
    const begun = await browser.open((await client.begin()).address);
    const stranger = await new PageBrowser(app.url).open(begun.location!);
    expect(stranger.status).toBe(410);
  });
});

const typed = ({ email, password }: Person): Record<string, string> => ({ identifier: email, password });
