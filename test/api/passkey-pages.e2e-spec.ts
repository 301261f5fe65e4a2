import { passkeyScript } from '@app/pages';
import { multiFactor } from '@app/sessions';
import { type App, startApp } from '../support/app.js';
import { PasskeyAuthenticator, type PasskeyResponse } from '../support/passkey-authenticator.js';
import { arrive, type Visit } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { type Page, PageBrowser } from './support/page-browser.js';
import { arriveWithPasskey, type Options, type PasskeyOwner } from './support/passkeys.js';

const sessionCookie = '__Host-gatehouse-session';
const notAccepted = 'This passkey was not accepted';
const csrfOf = ({ html }: Page): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!;

describe(`passkeys in pages, queue on ${queueBackend}`, () => {
  let app: App;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  beforeEach(() => {
    browser = new PageBrowser(app.url);
  });

  /** As the script of a page does it. */
  const optionsFor = async (page: Page, path: string, at = browser): Promise<Options['publicKey']> => {
    const answer = await at.post(`${path}/options`, { csrf: csrfOf(page) });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    return (JSON.parse(answer.html) as Options).publicKey;
  };
  const send = (page: Page, path: string, response: PasskeyResponse, more: Record<string, string> = {}, at = browser) =>
    at.post(path, { csrf: csrfOf(page), response: JSON.stringify(response), ...more });
  const problemOf = ({ status, html, headers }: Page): string => {
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return `${status} ${(JSON.parse(html) as { code: string }).code}`;
  };
  const byPassword = async ({ email, password }: Visit): Promise<Page> =>
    browser.submit(await browser.visit('/sign-in'), { identifier: email, password });
  const session = async (): Promise<Record<string, unknown>> =>
    (await app.api.withCookies(browser.jar).get('/v1/me/sessions/current')).body;

  describe('the sign-in', () => {
    const path = '/flow/sign-in/passkey';
    let ada: PasskeyOwner;

    beforeAll(async () => {
      ada = await arriveWithPasskey(app);
    });

    it('takes a passkey instead of address and password, and leads where it was to lead', async () => {
      const asked = await browser.visit('/sign-in?return_to=/app');
      const options = await optionsFor(asked, path);
      expect(options).toMatchObject({ userVerification: 'required', rpId: '127.0.0.1' });
      expect(options).not.toHaveProperty('allowCredentials');
      const done = await send(asked, path, ada.authenticator.get(options));
      expect([done.status, done.location]).toEqual([303, '/app']);
      expect(await session()).toMatchObject({ carrier: 'cookie', acr: multiFactor, amr: ['pop', 'user', 'mfa'] });
    });

    it('shows the form again for a passkey that is refused, and says so', async () => {
      const asked = await browser.visit('/sign-in');
      const stranger = new PasskeyAuthenticator(app.url).pretending('ZXZl');
      const refused = await send(asked, path, stranger.get(await optionsFor(asked, path)));
      expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(notAccepted)]);
      expect(refused.html).toContain('action="/flow/sign-in"');
      const unverified = ada.authenticator.get(await optionsFor(asked, path), { userVerified: false });
      expect((await send(asked, path, unverified)).html).toContain('did not ask for its PIN');
      const right = ada.authenticator.get(await optionsFor(refused, path));
      expect((await send(refused, path, right)).status).toBe(303);
      expect((await send(refused, path, right)).status).toBe(410);
    });

    it.each(['', '{', '[]', 'null', '{"id":1}'])('takes %j for no answer of a passkey', async (response) => {
      const asked = await browser.visit('/sign-in');
      const refused = await browser.post(path, { csrf: csrfOf(asked), response });
      expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(notAccepted)]);
      expect(browser.jar.get(sessionCookie)).toBeUndefined();
    });

    it('says so where an answer comes too late, and can be opened again under its address', async () => {
      const asked = await browser.visit('/sign-in');
      const response = ada.authenticator.get(await optionsFor(asked, path));
      await app.pass(301);
      const late = await send(asked, path, response);
      expect([late.status, late.html]).toEqual([422, expect.stringContaining('This took too long')]);
      expect((await browser.open(path)).location).toBe('/flow/sign-in');
    });

    it('gives options to its own forms alone, as problem documents say', async () => {
      expect(problemOf(await browser.post(`${path}/options`, {}))).toBe('410 authentication.flow_missing');
      const asked = await browser.visit('/sign-in');
      expect(problemOf(await browser.post(`${path}/options`, { csrf: 'forged' }))).toBe('403 http.forged_form');
      await browser.submit(asked, { identifier: ada.email, password: ada.password });
      expect(problemOf(await browser.post('/flow/second-factor/options', { csrf: 'forged' }))).toBe(
        '403 http.forged_form',
      );
      await app.pass(3601);
      expect(problemOf(await browser.post(`${path}/options`, { csrf: csrfOf(asked) }))).toBe(
        '410 authentication.flow_expired',
      );
    });

    it('runs one script, from here; a page without passkeys runs none', async () => {
      const { html, headers } = await browser.visit('/sign-in');
      expect(html.match(/<script[^>]*>/g)).toEqual([`<script src="${passkeyScript.path}" defer>`]);
      expect(headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*script-src 'self'; connect-src 'self'$/,
      );
      const other = await browser.open('/flow/register');
      expect(other.html).not.toContain('<script');
      expect(other.headers.get('content-security-policy')).not.toContain('script-src');
      const script = await fetch(app.url + passkeyScript.path);
      expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(script.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await script.text()).toContain('SimpleWebAuthnBrowser');
    });
  });

  describe('the second step', () => {
    const path = '/flow/second-factor';

    it("takes the account's passkey, bound to this sign-in", async () => {
      const ada = await arriveWithPasskey(app);
      await byPassword(ada);
      const asked = await browser.open(path);
      const options = await optionsFor(asked, path);
      expect(options.allowCredentials).toMatchObject([{ id: ada.authenticator.id }]);
      const refused = await send(asked, path, new PasskeyAuthenticator(app.url).get(options), { method: 'passkey' });
      expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(notAccepted)]);
      expect(refused.html).toMatch(/data-passkey="get"/);
      const response = ada.authenticator.get(await optionsFor(refused, path));
      expect((await send(refused, path, response, { method: 'passkey' })).location).toBe('/signed-in');
      expect(await session()).toMatchObject({ amr: ['pwd', 'pop', 'user', 'mfa'], acr: multiFactor });
    });

    it('gives no options before the password, nor to an account without passkeys', async () => {
      const asked = await browser.visit('/sign-in');
      const options = (page: Page): Promise<Page> => browser.post(`${path}/options`, { csrf: csrfOf(page) });
      expect(problemOf(await options(asked))).toBe('400 authentication.challenge_invalid');
      const bea = await arrive(app);
      await enrolTotp(app, bea.api);
      await byPassword(bea);
      expect(problemOf(await options(await browser.open(path)))).toBe('400 authentication.challenge_invalid');
    });
  });

  describe('a new one', () => {
    const path = '/flow/add-passkey';
    let bea: Visit;
    let authenticator: PasskeyAuthenticator;

    beforeEach(async () => {
      bea = await arrive(app);
      authenticator = new PasskeyAuthenticator(app.url);
      await byPassword(bea);
    });

    it('is added by name to the account that is signed in; backup codes are shown once', async () => {
      const asked = await browser.visit('/add-passkey?return_to=/app');
      expect(asked.html).toContain(bea.email);
      const made = authenticator.create(await optionsFor(asked, path));
      const added = await send(asked, path, made, { name: ' Key ring ' });
      expect([added.status, added.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(added.html).toContain('“Key ring”');
      expect(added.html).toContain('href="/app"');
      const codes = [...added.html.matchAll(/<code>([\w-]+)<\/code>/g)].map(([, code]) => code);
      expect(new Set(codes).size).toBe(10);
      expect((await bea.api.get('/v1/me/passkeys')).body).toMatchObject({ items: [{ name: 'Key ring' }] });
      expect((await send(asked, path, made, { name: 'Key ring' })).status).toBe(410);
      expect((await browser.open(path)).location).toBe('/app');
      const lines = await app.sql<{ line: string }>('SELECT f::text AS line FROM hosted_flows f');
      expect(lines.filter(({ line }) => line.includes(codes[0]!))).toEqual([]);
    });

    it('is one press away from signing out, before and after', async () => {
      const asked = await browser.visit('/add-passkey');
      const made = authenticator.create(await optionsFor(asked, path));
      const added = await send(asked, path, made, { name: 'Key' });
      const tokenOf = ({ html }: Page): string => /action="\/sign-out"><input[^>]* value="([^"]+)"/.exec(html)![1]!;
      expect(tokenOf(added)).toBe(tokenOf(asked));
      expect((await browser.post('/sign-out', { csrf: csrfOf(asked) })).status).toBe(403);
      expect((await browser.post('/sign-out', { csrf: tokenOf(added) })).location).toBe('/signed-out');
      expect((await session())['code']).toBe('http.unauthenticated');
    });

    it.each([
      ['too long a name', { name: 'x'.repeat(65) }, 'Use at most 64 characters.'],
      ['a name of two lines', { name: 'a\nb' }, 'Use one line of text.'],
      ['no answer of a device', { name: 'Key', response: '' }, 'No passkey was made'],
    ])('shows the form again for %s', async (_, typed, sentence) => {
      const asked = await browser.visit('/add-passkey');
      const made = authenticator.create(await optionsFor(asked, path));
      const refused = await send(asked, path, made, typed);
      expect([refused.status, refused.html]).toEqual([422, expect.stringContaining(sentence)]);
      expect((await send(refused, path, made, { name: 'Key' })).status).toBe(200);
    });

    it('needs a sign-in of late: others go there first, and come back', async () => {
      await app.pass(601);
      const asked = await browser.visit('/add-passkey?return_to=/app');
      expect(asked.html).toContain('Confirm that it is you');
      const { email: identifier, password } = bea;
      const back = await browser.submit(asked, { identifier, password });
      expect(back.location).toBe('/add-passkey?return_to=%2Fapp');
      const form = await browser.visit(back.location!);
      const response = authenticator.create(await optionsFor(form, path));
      await app.pass(601);
      expect(problemOf(await browser.post(`${path}/options`, { csrf: csrfOf(form) }))).toBe(
        '403 authentication.step_up_required',
      );
      const late = await send(form, path, response, { name: 'Key' });
      expect([late.status, late.location]).toEqual([303, expect.stringMatching(/^\/sign-in\?return_to=/)]);
      expect((await session())['acr']).not.toBe(multiFactor);
      expect(await app.sql('SELECT FROM passkeys WHERE credential_id = $1', [authenticator.credentialId])).toEqual([]);
    });

    it('needs both factors of an account that holds more, and somebody signed in', async () => {
      const before = new PasskeyAuthenticator(app.url);
      const first = await browser.visit('/add-passkey');
      await send(first, path, before.create(await optionsFor(first, path)), { name: 'First' });
      const again = await browser.visit('/add-passkey');
      expect(again.html).toContain('Confirm that it is you');
      const proof = before.get(await optionsFor(again, '/flow/sign-in/passkey'));
      expect((await send(again, '/flow/sign-in/passkey', proof)).location).toBe('/add-passkey');
      const second = await browser.visit('/add-passkey');
      const added = await send(second, path, authenticator.create(await optionsFor(second, path)), { name: 'Second' });
      expect(added.html).not.toContain('backup codes');

      const stranger = new PageBrowser(app.url);
      expect((await stranger.visit('/add-passkey')).html).toContain('<h1>Sign in</h1>');
      const asked = await stranger.open('/flow/sign-in');
      expect(problemOf(await stranger.post(`${path}/options`, { csrf: csrfOf(asked) }))).toBe(
        '401 authentication.session_over',
      );
    });

    it('is not made under the token of another browser, nor for another session', async () => {
      const asked = await browser.visit('/add-passkey');
      const made = authenticator.create(await optionsFor(asked, path));
      const eve = new PageBrowser(app.url);
      const other = await arrive(app);
      await eve.submit(await eve.visit('/sign-in'), { identifier: other.email, password: other.password });
      const hers = await eve.visit('/add-passkey');
      expect((await send(asked, path, made, { name: 'Key' }, eve)).status).toBe(403);
      const foreign = await send(hers, path, made, { name: 'Key' }, eve);
      expect([foreign.status, foreign.html]).toEqual([422, expect.stringContaining('This took too long')]);
    });
  });
});
