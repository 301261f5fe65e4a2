import { type App, startApp } from '../support/app.js';
import { accepted, registerAndVerify, type Person, refusal, signIn } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';
import { follow, RelyingParty, walk } from './support/relying-party.js';

interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: string[];
  readonly allowed: string[];
  readonly offline: boolean;
  readonly lastUsedAt: string | null;
  readonly sessionIds: string[];
}

const offline = { scope: 'openid email offline_access', prompt: 'consent' };
const failed = { error: 'invalid_grant' };

describe(`what people let applications do, queue on ${queueBackend}`, () => {
  let app: App;
  let mail: RelyingParty;
  let photos: RelyingParty;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    mail = await RelyingParty.register(app, 'mail');
    photos = await RelyingParty.register(app, 'photos');
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const apiOf = async (person: Person): Promise<App['api']> => app.api.as((await signIn(app, person)).accessToken);
  const grantsOf = async (person: Person): Promise<Grant[]> =>
    accepted(await (await apiOf(person)).get<{ items: Grant[] }>('/v1/me/grants'), 200).items;

  it('is listed: the application, its scopes in words and raw, since when, in which session, offline or not', async () => {
    expect(await grantsOf(ada)).toEqual([]);
    await mail.signIn(browser, ada, offline);
    await photos.signIn(browser, ada);
    const [first, second, ...others] = await grantsOf(ada);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      clientId: 'mail',
      clientName: 'The mail app',
      scopes: ['openid', 'email', 'offline_access'],
      offline: true,
      lastUsedAt: expect.any(String),
    });
    expect(first?.allowed).toContain('Keep this access while you are away, until you take it back');
    expect(second).toMatchObject({ clientId: 'photos', offline: false });
    expect(second?.sessionIds).toHaveLength(1);
    expect(second?.sessionIds).toEqual(first?.sessionIds);
    await browser.submit(await browser.open('/signed-in'));
    expect((await grantsOf(ada)).map(({ clientId, sessionIds }) => [clientId, sessionIds])).toEqual([
      ['mail', []],
      ['photos', []],
    ]);
  });

  it('ends at once when it is taken back, and is asked for again; other applications keep theirs', async () => {
    const tokens = await mail.signIn(browser, ada, offline);
    const kept = await photos.signIn(browser, ada, offline);
    const [{ id } = { id: '' }] = await grantsOf(ada);
    accepted(await (await apiOf(ada)).delete(`/v1/me/grants/${id}`), 204);
    await expect(mail.userinfo(tokens)).rejects.toThrow();
    await expect(mail.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject(failed);
    expect(await photos.userinfo(kept)).toMatchObject({ email: ada.email });
    expect(await photos.refresh(kept.refresh_token ?? '')).toHaveProperty('access_token');
    expect((await grantsOf(ada)).map(({ clientId }) => clientId)).toEqual(['photos']);
    expect((await follow(browser, (await mail.begin()).address)).html).toContain('Allow The mail app?');
    const records = await auditTrail(app, 'oauth.access_revoked');
    expect(records.map(({ data }) => data)).toEqual([{ clientId: 'mail', grants: 1 }]);
    const again = await apiOf(ada);
    expect(refusal(await again.delete(`/v1/me/grants/${id}`))).toBe('404 oauth.access_not_found');
  });

  it('ends a code that was not redeemed yet', async () => {
    await mail.signIn(browser, ada);
    const authorization = await mail.begin();
    const answer = await walk(browser, authorization.address, ada);
    const [{ id } = { id: '' }] = await grantsOf(ada);
    accepted(await (await apiOf(ada)).delete(`/v1/me/grants/${id}`), 204);
    await expect(mail.redeem(authorization, answer)).rejects.toMatchObject(failed);
  });

  it('is nobody else’s to see or to take back', async () => {
    const tokens = await mail.signIn(browser, ada);
    const [{ id } = { id: '' }] = await grantsOf(ada);
    const eve = await registerAndVerify(app);
    expect(await grantsOf(eve)).toEqual([]);
    expect(refusal(await (await apiOf(eve)).delete(`/v1/me/grants/${id}`))).toBe('404 oauth.access_not_found');
    expect(refusal(await (await apiOf(eve)).delete('/v1/me/grants/none'))).toBe('404 oauth.access_not_found');
    expect(await mail.userinfo(tokens)).toMatchObject({ email: ada.email });
  });
});
