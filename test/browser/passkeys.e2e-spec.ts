import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { EmbeddedServer } from '../support/embedded-server.js';
import { accepted } from '../support/people.js';
import { launchChromium } from './support/chromium.js';
import { VirtualAuthenticator } from './support/virtual-authenticator.js';
import { desk, faultsOf, focused, follow, heading, look, open, phone, press, type Visit } from './support/visit.js';

// Axe takes some 300 ms a page, and Jest heeds no timeout of a project.
jest.setTimeout(90_000);

const password = 'hollow lantern meadow';
const notAccepted = 'This passkey was not accepted.';
let browser: Browser;
let server: EmbeddedServer;
let people = 0;

beforeAll(async () => {
  browser = await launchChromium();
  server = await EmbeddedServer.make();
  await server.process.start();
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

interface Owner extends Visit {
  readonly email: string;
  readonly authenticator: VirtualAuthenticator;
}

const pathOf = (page: Page): string => page.url().slice(server.url.length);
const saidBy = (page: Page): Promise<string> => page.getByRole('alert').innerText();

/** An account, and a browser whose device can hold passkeys. */
async function arrive(options: BrowserContextOptions = desk, autofill = false): Promise<Owner> {
  const email = `person${(people += 1)}@example.test`;
  accepted(await server.client.post('/v1/auth/register', { email, password }), 202);
  const { text } = await server.mail(email, /^Confirm/);
  const [, token] = /\/link\/verify-email\/([\w-]+)/.exec(text)!;
  accepted(await server.client.post('/v1/auth/email/verify', { token }), 200);
  const visit = await open(browser, options);
  if (!autofill) await leaveAutofill(visit);
  return { ...visit, email, authenticator: await VirtualAuthenticator.of(visit.page) };
}

/** Else a virtual authenticator that is touched answers the page before its button is pressed. */
const leaveAutofill = ({ context }: Visit): Promise<unknown> =>
  context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)');

async function byPassword({ page, email }: Owner): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail address or user name').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Sign in');
}

/** Presses a button that asks the device, and touches that. @returns the status of the page that it leads to */
async function pressAndTouch({ page, authenticator }: Owner, name: string): Promise<number | undefined> {
  return authenticator.touched(() => press(page, name));
}

async function addPasskey(owner: Owner, name: string): Promise<void> {
  await owner.page.goto(`${server.url}/add-passkey`);
  await owner.page.getByLabel('Name').fill(name);
  expect(await pressAndTouch(owner, 'Create passkey')).toBe(200);
  expect(await heading(owner.page)).toBe('Your passkey is ready');
}

async function signOut({ page }: Owner): Promise<void> {
  await page.goto(`${server.url}/signed-in`);
  await press(page, 'Sign out');
}

/** Somebody signed out who holds a passkey. */
async function arriveWithPasskey(options?: BrowserContextOptions, autofill?: boolean): Promise<Owner> {
  const owner = await arrive(options, autofill);
  await byPassword(owner);
  await addPasskey(owner, 'Laptop');
  await signOut(owner);
  return owner;
}

/** What the API says to this browser: our pages themselves may not ask it. */
async function ask<Body>({ context }: Visit, method: string, path: string): Promise<Body> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(server.url + path, { method, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  return (answer.status === 204 ? null : await answer.json()) as Body;
}

/** Makes the page ask the authenticator for something else than the server wishes. */
async function changeOptions(page: Page, changes: object): Promise<void> {
  await page.unrouteAll();
  await page.route('**/flow/sign-in/passkey/options', async (route) => {
    const { publicKey } = (await (await route.fetch()).json()) as { publicKey: object };
    await route.fulfill({ json: { publicKey: { ...publicKey, ...changes } } });
  });
}

describe('a passkey', () => {
  it('is made on a page, and signs in with no password and no identifier', async () => {
    const owner = await arrive(phone, true);
    const { page, email, faults } = owner;
    await byPassword(owner);
    await follow(page, 'Add a passkey');
    expect([pathOf(page), await heading(page)]).toEqual(['/flow/add-passkey', 'Add a passkey']);
    expect(await page.getByLabel('Name').inputValue()).toMatch(/Linux$/);
    await page.getByLabel('Name').fill('My telephone');
    expect(await pressAndTouch(owner, 'Create passkey')).toBe(200);
    expect(await page.locator('main').innerText()).toContain('“My telephone”');
    expect(await page.getByRole('list', { name: 'Your backup codes' }).getByRole('listitem').count()).toBe(10);
    expect((await server.mail(email, /^Security alert/)).text).toContain('A passkey was added');
    await follow(page, 'Go on');
    await press(page, 'Sign out');

    await follow(page, 'Sign in again');
    // The autofill waits, and makes way for the button.
    await page.waitForLoadState('networkidle');
    expect(await pressAndTouch(owner, 'Sign in with a passkey')).toBe(200);
    expect(pathOf(page)).toBe('/signed-in');
    expect(await page.locator('main').innerText()).toContain(email);
    expect(await ask(owner, 'GET', '/v1/me/sessions/current')).toMatchObject({
      carrier: 'cookie',
      amr: ['pop', 'user', 'mfa'],
      acr: 'urn:gatehouse:acr:2fa',
    });
    expect(faults).toEqual([]);
    await owner.context.close();
  });

  it('is offered where the address is typed (conditional UI), and needs no button', async () => {
    const owner = await arriveWithPasskey(desk, true);
    const { page, authenticator, faults } = owner;
    const options = page.waitForResponse('**/flow/sign-in/passkey/options');
    await authenticator.touched(async () => {
      await page.goto(`${server.url}/sign-in?return_to=/signed-in%3Fx%3D1`);
      await page.waitForURL('**/signed-in?x=1');
    });
    expect((await options).status()).toBe(200);
    expect(await heading(page)).toBe('You are signed in');
    expect(faults).toEqual([]);
    await owner.context.close();
  });

  it('is the second step after a password', async () => {
    const owner = await arriveWithPasskey();
    const { page, faults } = owner;
    await byPassword(owner);
    expect([pathOf(page), await heading(page)]).toEqual(['/flow/second-factor', 'One more step']);
    expect(await page.getByRole('link', { name: 'Use a backup code' }).count()).toBe(1);
    expect(await pressAndTouch(owner, 'Use your passkey')).toBe(200);
    expect(await ask(owner, 'GET', '/v1/me/sessions/current')).toMatchObject({ amr: ['pwd', 'pop', 'user', 'mfa'] });
    expect(faults).toEqual([]);
    await owner.context.close();
  });

  it('is refused once it was revoked, as the page says; the password goes on alone', async () => {
    const owner = await arriveWithPasskey();
    const { page } = owner;
    await page.goto(`${server.url}/sign-in`);
    await pressAndTouch(owner, 'Sign in with a passkey');
    const { items } = await ask<{ items: { id: string }[] }>(owner, 'GET', '/v1/me/passkeys');
    expect(await ask(owner, 'DELETE', `/v1/me/passkeys/${items[0]!.id}`)).toBeNull();
    await signOut(owner);

    await follow(page, 'Sign in again');
    expect(await pressAndTouch(owner, 'Sign in with a passkey')).toBe(422);
    expect(await saidBy(page)).toContain(notAccepted);
    expect(await page.title()).toMatch(/^Error: /);
    await look(page, 'passkey-refused');
    await page.reload();
    await byPassword(owner);
    expect(pathOf(page)).toBe('/signed-in');
    await owner.context.close();
  });

  it('that was copied is refused, original and all, and its owner is told', async () => {
    const owner = await arriveWithPasskey();
    const [original] = await owner.authenticator.credentials();
    await owner.page.goto(`${server.url}/sign-in`);
    expect(await pressAndTouch(owner, 'Sign in with a passkey')).toBe(200);
    await signOut(owner);
    const [used] = await owner.authenticator.credentials();
    expect(used!.signCount).toBeGreaterThan(original!.signCount);

    const visit = await open(browser, phone);
    await leaveAutofill(visit);
    const thief = { ...owner, ...visit, authenticator: await VirtualAuthenticator.of(visit.page) };
    await thief.authenticator.take(original!);
    await thief.page.goto(`${server.url}/sign-in`);
    expect(await pressAndTouch(thief, 'Sign in with a passkey')).toBe(422);
    expect(await saidBy(thief.page)).toContain(notAccepted);
    expect((await server.mail(owner.email, /we blocked a passkey/)).text).toContain('“Laptop”');

    await follow(owner.page, 'Sign in again');
    expect(await pressAndTouch(owner, 'Sign in with a passkey')).toBe(422);
    await byPassword(owner);
    expect(await heading(owner.page)).toBe('One more step');
    expect(await pressAndTouch(owner, 'Use your passkey')).toBe(422);
    expect(await saidBy(owner.page)).toContain(notAccepted);
    await visit.context.close();
    await owner.context.close();
  });

  it('is no sign-in by itself where no PIN, finger or face was asked for, but a second step', async () => {
    const owner = await arriveWithPasskey();
    const { page, authenticator } = owner;
    await changeOptions(page, { userVerification: 'discouraged' });
    await page.goto(`${server.url}/sign-in`);
    expect(await pressAndTouch(owner, 'Sign in with a passkey')).toBe(422);
    expect(await saidBy(page)).toContain('did not ask for its PIN');

    const [held] = await authenticator.credentials();
    await authenticator.remove();
    const key = { ...owner, authenticator: await VirtualAuthenticator.of(page, { verifies: false }) };
    await key.authenticator.take(held!);
    // The browser sees by itself that this key will not do, once its time is over.
    await changeOptions(page, { timeout: 500 });
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('No passkey was used. Try again, or go on in another way.').waitFor();
    expect(pathOf(page)).toBe('/flow/sign-in');

    await byPassword(owner);
    expect(await pressAndTouch(key, 'Use your passkey')).toBe(200);
    expect(await ask(owner, 'GET', '/v1/me/sessions/current')).toMatchObject({ amr: ['pwd', 'pop', 'mfa'] });
    await owner.context.close();
  });
});

describe('the pages that offer a passkey', () => {
  it.each([
    ['a phone', { ...phone, colorScheme: 'light' }],
    ['a phone, dark', { ...phone, colorScheme: 'dark' }],
    ['a desk', { ...desk, colorScheme: 'light' }],
    ['a desk, dark', desk],
  ] as const)('have no fault that axe knows on %s', async (view, options) => {
    const owner = await arrive(options);
    const { page, faults } = owner;
    const found: string[] = [];
    const judge = async (name: string): Promise<void> => {
      found.push(...(await faultsOf(page)));
      await look(page, `${name}, ${view}`.replace(/\W+/g, '-'));
    };
    await byPassword(owner);
    await judge('landing');
    await follow(page, 'Add a passkey');
    await judge('add passkey');
    await page.getByLabel('Name').fill('x'.repeat(65));
    expect(await pressAndTouch(owner, 'Create passkey')).toBe(422);
    await judge('add passkey errors');
    await addPasskey(owner, 'Laptop');
    await judge('passkey added');
    await signOut(owner);
    await page.goto(`${server.url}/sign-in`);
    await judge('sign in');
    await changeOptions(page, { timeout: 500 });
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('No passkey was used.').waitFor();
    await judge('sign in not used');
    await byPassword(owner);
    await judge('second step');
    expect([...found, ...faults]).toEqual([]);
    await owner.context.close();
  });

  it('go by the keyboard alone', async () => {
    const owner = await arriveWithPasskey();
    const { page, authenticator } = owner;
    const stop = (): Promise<string> =>
      page.evaluate('document.activeElement.getAttribute("name") ?? document.activeElement.textContent');
    await page.goto(`${server.url}/sign-in`);
    await focused(page, '[name="identifier"]');
    for (const next of ['password', 'Sign in', 'Sign in with a passkey']) {
      await page.keyboard.press('Tab');
      expect(await stop()).toBe(next);
    }
    const enter = () =>
      authenticator.touched(() => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]));
    await enter();
    expect(pathOf(page)).toBe('/signed-in');
    await page.goto(`${server.url}/add-passkey`);
    await focused(page, '[name="name"]');
    for (const next of ['Create passkey', 'Not now']) {
      await page.keyboard.press('Tab');
      expect(await stop()).toBe(next);
    }
    await owner.context.close();
  });

  it('say in words what the device did not do, to who listens too, and let them try again', async () => {
    const owner = await arrive();
    const { page } = owner;
    await byPassword(owner);
    await addPasskey(owner, 'Laptop');
    await signOut(owner);
    await page.goto(`${server.url}/sign-in`);
    await pressAndTouch(owner, 'Sign in with a passkey');
    await page.goto(`${server.url}/add-passkey`);
    await owner.authenticator.touched(async () => {
      await page.getByRole('button', { name: 'Create passkey' }).click();
      await page.getByRole('status').getByText('This device has a passkey for your account already.').waitFor();
    });
    await page.route('**/options', (route) => route.fulfill({ status: 429 }));
    await page.getByRole('button', { name: 'Create passkey' }).click();
    await page.getByRole('status').getByText('Too many tries.').waitFor();
    await page.unrouteAll();
    await owner.context.clearCookies();
    await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Create passkey' }).click()]);
    expect(await heading(page)).toBe('This sign-in cannot go on');
    await owner.context.close();
  });

  it.each([
    ['without JavaScript', { ...phone, javaScriptEnabled: false }, ''],
    ['in a browser that knows no passkeys', phone, 'delete window.PublicKeyCredential'],
  ])('%s, lead on in other ways', async (how, options, before) => {
    const owner = await arriveWithPasskey();
    const { context, page } = await open(browser, options);
    await context.addInitScript(before);
    await page.goto(`${server.url}/sign-in`);
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Sign in']);
    await byPassword({ ...owner, page });
    expect(pathOf(page)).toBe('/flow/second-factor');
    await page.getByText('This browser cannot use passkeys here').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    await look(page, `second step ${how}`.replace(/\W+/g, '-'));
    if (options.javaScriptEnabled !== false) expect(await faultsOf(page)).toEqual([]);
    await follow(page, 'Use a backup code');
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Go on']);
    await context.close();
    await owner.context.close();
  });
});
