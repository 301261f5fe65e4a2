import { createHash, randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { multiFactor } from '@app/sessions';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { RelyingParty } from '../api/support/relying-party.js';
import { launchChromium } from '../browser/support/chromium.js';
import { type App, startApp } from '../support/app.js';
import { arrive, type Visit } from '../support/people.js';
import { type Authenticator, enrolTotp } from '../support/second-factors.js';
import { until } from '../support/smtp.js';
import { Apache } from './support/apache.js';

/** A client that nobody here wrote, as many sites run it: Apache with Debian's libapache2-mod-auth-openidc. */
describe('Apache with mod_auth_openidc', () => {
  let app: App;
  let apache: Apache;
  let browser: Browser;
  let ada: Visit;
  let authenticator: Authenticator;

  beforeAll(async () => {
    const port = String(await usablePort(0));
    app = await startApp({
      queue: queueBackend,
      settings: {
        GATEHOUSE_PORT: port,
        GATEHOUSE_PUBLIC_URL: `http://localhost:${port}`,
        // Where the provider tells Apache of a sign-out.
        GATEHOUSE_FETCH_ALLOW: '127.0.0.1',
      },
    });
    const own = await usablePort(0);
    const site = `http://127.0.0.1:${own}`;
    await RelyingParty.register(app, 'apache', {
      client_name: 'The members’ area',
      redirect_uris: [`${site}/members/openid`],
      post_logout_redirect_uris: [`${site}/bye/`],
      backchannel_logout_uri: `${site}/members/openid?logout=backchannel`,
      backchannel_logout_session_required: true,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
    });
    const clientSecret = randomBytes(32).toString('base64url');
    const addSecret = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)';
    await app.sql(addSecret, ['apache', createHash('sha256').update(clientSecret).digest()]);
    apache = await Apache.start({ port: own, issuer: app.url, clientId: 'apache', clientSecret, acr: multiFactor });
    browser = await launchChromium();
    ada = await arrive(app);
    ({ authenticator } = await enrolTotp(app, ada.api));
  });

  afterAll(async () => {
    await browser?.close();
    await apache?.stop();
    await app?.stop();
  });

  const heading = (page: Page): Promise<string> => page.locator('h1').innerText();
  const press = async (page: Page, name: string): Promise<void> => {
    await Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).click()]);
  };
  const enter = async (page: Page): Promise<void> => {
    await page.goto(`${apache.url}/members/`);
    expect(await heading(page)).toBe('Sign in');
    await page.getByLabel('E-mail address or user name').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await press(page, 'Sign in');
    await page.getByLabel('Code').fill(await authenticator.nextCode());
    await press(page, 'Go on');
    if ((await heading(page)) !== 'Members') await press(page, 'Allow');
    expect([page.url(), await heading(page)]).toEqual([`${apache.url}/members/`, 'Members']);
  };

  it('signs a browser in, tells the page who it is, and signs out', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await enter(page);
    const said = async (id: string): Promise<string> => page.locator(`#${id}`).innerText();
    expect(await said('user')).toContain(ada.email);
    expect(await said('email')).toBe(ada.email);
    expect(await said('email_verified')).toBe('1');
    expect(await said('iss')).toBe(app.url);
    expect(await said('sub')).toBe(ada.id);
    expect(await said('acr')).toBe(multiFactor);

    await page.goto(`${apache.url}/members/openid?logout=${encodeURIComponent(`${apache.url}/bye/`)}`);
    expect(await heading(page)).toBe('Sign out?');
    await press(page, 'Sign out');
    expect([page.url(), await heading(page)]).toEqual([`${apache.url}/bye/`, 'Good bye']);
    await page.goto(`${apache.url}/members/`);
    expect([new URL(page.url()).origin, await heading(page)]).toEqual([app.url, 'Sign in']);
    await page.context().close();
  });

  it('is told by the provider where its person signs out there', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await enter(page);
    await page.goto(`${app.url}/oidc/session/end`);
    await press(page, 'Sign out');
    expect(await heading(page)).toBe('You are signed out');
    await until('Apache to end its session', async () => {
      await page.goto(`${apache.url}/members/`);
      return (await heading(page)) === 'Sign in';
    });
    await page.context().close();
  });
});
