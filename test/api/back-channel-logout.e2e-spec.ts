import { randomUUID } from 'node:crypto';
import * as openid from 'openid-client';
import { LogoutDelivery } from '../../libs/oauth/src/worker/logout-delivery.service.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, type Person, promote, registerAndVerify, signIn, someone } from '../support/people.js';
import type { Visit } from '../support/people.js';
import { until } from '../support/smtp.js';
import { auditTrail } from './support/audit-trail.js';
import { LogoutReceiver } from './support/logout-receiver.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty, type Tokens, walk } from './support/relying-party.js';

const anew = { prompt: 'login' };
const goodbye = 'https://client.example.test/bye';

/** OpenID Connect Back-Channel Logout 1.0: whatever ends a session, who was let in by it is told. */
describe(`sign-out behind the browser's back, queue on ${queueBackend}`, () => {
  let app: App;
  let receiver: LogoutReceiver;
  let client: RelyingParty;
  let root: Visit;
  let ada: Person;
  let browser: PageBrowser;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_FETCH_ALLOW: '127.0.0.1' } });
    client = await RelyingParty.register(app, 'told', {
      ...receiver.metadata,
      backchannel_logout_session_required: true,
      post_logout_redirect_uris: [goodbye],
    });
    root = await arrive(app, someone('root'));
    await promote(app, root);
  });

  afterAll(async () => {
    await receiver.close();
    await app?.stop();
  });

  beforeEach(async () => {
    receiver.reset();
    ada = await registerAndVerify(app);
    browser = new PageBrowser(app.url);
  });

  const api = (): App['api'] => app.api.withCookies(browser.jar);
  const signOut = async (): Promise<void> => void accepted(await api().post('/v1/auth/logout', {}), 204);
  const elsewhere = async (change: (there: App['api']) => Promise<unknown>): Promise<unknown> =>
    change(app.api.as((await signIn(app, ada)).accessToken));
  const newPassword = () => ({ currentPassword: ada.password, newPassword: 'meadow lantern hollow 7' });
  const openRows = (): Promise<{ reference: string; attempt: number; late: boolean }[]> =>
    app.sql(`SELECT reference, attempt, next_at > app_now() + interval '30 seconds' AS late
             FROM outbox WHERE topic = 'session_end'`);
  const allDone = (): Promise<void> => until('no work left', async () => (await openRows()).length === 0);
  const userId = async (): Promise<string> => accepted(await api().get<{ id: string }>('/v1/me'), 200).id;
  const askToLeave = (tokens: Tokens): string =>
    openid.buildEndSessionUrl(client.config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: goodbye,
    }).href;

  it('is announced in discovery', () => {
    const announced = { backchannel_logout_supported: true, backchannel_logout_session_supported: true };
    expect(client.config.serverMetadata()).toMatchObject(announced);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['signing out', signOut],
    ['a new password, chosen elsewhere', () => elsewhere((there) => there.post('/v1/me/password', newPassword()))],
    ['signing out everywhere else', () => elsewhere((there) => there.delete('/v1/me/sessions'))],
    [
      'somebody else who signs in at the browser',
      async () => client.signIn(browser, await registerAndVerify(app), anew),
    ],
    ['being signed out by an administrator', async () => root.api.delete(`/v1/admin/users/${await userId()}/sessions`)],
    ['being disabled', async () => root.api.post(`/v1/admin/users/${await userId()}/disable`)],
    ['deleting the account', async () => api().delete('/v1/me', { currentPassword: ada.password })],
  ])('tells the client by a token of the published keys: %s', async (_, end) => {
    const { sub, sid } = (await client.signIn(browser, ada)).claims()!;
    expect(sid).toEqual(expect.any(String));
    await end();
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sub, sid });
    await allDone();
    expect(receiver.told).toHaveLength(1);
  });

  it('tells it once where the client itself asked for the sign-out', async () => {
    const tokens = await client.signIn(browser, ada);
    const left = await browser.submit(await browser.visit(askToLeave(tokens)));
    expect(left.location).toBe(goodbye);
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sid: tokens.claims()!['sid'] });
    await allDone();
    expect(receiver.told).toHaveLength(1);
  });

  it('tells a client that somebody leaves who stays signed in, and not again when they sign out', async () => {
    const tokens = await client.signIn(browser, ada);
    const { html } = await browser.visit(askToLeave(tokens));
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(html) ?? [];
    await browser.post('/oidc/session/end/confirm', { xsrf });
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sid: tokens.claims()!['sid'] });
    await signOut();
    await allDone();
    expect(receiver.told).toHaveLength(1);
  });

  it('says no session where the client does not know them apart, and signs as the client wants it', async () => {
    const es256 = { id_token_signed_response_alg: 'ES256', client_name: 'Other' };
    const other = await RelyingParty.register(app, 'told-of-accounts', { ...receiver.metadata, ...es256 });
    await walk(browser, (await other.begin()).address, ada);
    await signOut();
    expect(await receiver.claims(app.url, other.id)).not.toHaveProperty('sid');
    expect(JSON.parse(Buffer.from(receiver.told[0]!.split('.', 1)[0]!, 'base64url').toString())).toMatchObject({
      alg: 'ES256',
    });
  });

  it('says nothing of a session that a new sign-in at the same browser goes on with', async () => {
    const first = await client.signIn(browser, ada);
    const renewed = await client.signIn(browser, ada, anew);
    expect(renewed.claims()!['sid']).toBe(first.claims()!['sid']);
    await allDone();
    expect(receiver.told).toEqual([]);
    await signOut();
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sid: first.claims()!['sid'] });
  });

  it('says nothing of a step-up, which takes no token away, and all at the end of the new session', async () => {
    const tokens = await client.signIn(browser, ada, { max_age: '60' });
    await app.pass(100);
    accepted(await api().post('/v1/auth/step-up', { password: ada.password }), 200);
    await allDone();
    expect(receiver.told).toEqual([]);
    expect(await client.userinfo(tokens)).toHaveProperty('sub');
    const recent = await client.begin({ max_age: '60' });
    const renewed = await client.redeem(recent, await walk(browser, recent.address));
    expect(renewed.claims()!['sid']).toBe(tokens.claims()!['sid']);
    expect(renewed.claims()!.auth_time).toBeGreaterThanOrEqual(tokens.claims()!.auth_time! + 100);
    await signOut();
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sid: tokens.claims()!['sid'] });
    await expect(client.userinfo(tokens)).rejects.toThrow();
  });

  it('makes no work of sessions of which nobody waits to hear', async () => {
    const silent = await RelyingParty.register(app, 'silent');
    await silent.signIn(browser, ada);
    await signOut();
    expect(await openRows()).toEqual([]);
  });

  it('tells it once where the end is handed over many times at once', async () => {
    await client.signIn(browser, ada);
    const sessionId = accepted(await api().get<{ id: string }>('/v1/me/sessions/current'), 200).id;
    await app.sql('UPDATE sessions SET end_awaited = false WHERE id = $1', [sessionId]);
    await signOut();
    const outboxId = randomUUID();
    const add = `INSERT INTO outbox (id, topic, reference, next_at) VALUES ($1, 'session_end', $2, app_now() + '1 hour')`;
    await app.sql(add, [outboxId, sessionId]);
    const delivery = app.get(LogoutDelivery);
    await Promise.all(Array.from({ length: 8 }, () => delivery.spread(sessionId, { outboxId, attempt: 1 })));
    await allDone();
    expect(receiver.told).toHaveLength(1);
  });

  it('tries again where the client is down, tells it once it is back', async () => {
    await client.signIn(browser, ada);
    await receiver.close();
    await signOut();
    await until('an attempt', async () => (await openRows()).some(({ attempt, late }) => attempt === 1 && !late));
    await receiver.open();
    await app.pass(7);
    expect(await receiver.claims(app.url, client.id)).toHaveProperty('sid');
    await allDone();
  });

  it('gives up on a client that never takes it, and keeps a record of that', async () => {
    await client.signIn(browser, ada);
    receiver.status = 500;
    await signOut();
    const failed = async (): Promise<boolean> =>
      (await openRows()).some(({ reference, attempt, late }) => reference.includes(' ') && attempt === 1 && !late);
    await until('a failed attempt', failed);
    await app.sql(`UPDATE outbox SET attempt = 5, next_at = app_now() WHERE topic = 'session_end'`);
    await allDone();
    const [record] = await auditTrail(app, 'oauth.logout_not_delivered');
    expect(record).toMatchObject({ data: { clientId: client.id, fault: 'status_500', attempts: 6 } });
  });

  it('tells it of a session that nobody used for too long', async () => {
    await app.sql('UPDATE sessions SET end_awaited = false');
    const { sid } = (await client.signIn(browser, ada)).claims()!;
    await app.pass(14 * 86_400 + 1);
    await app.sweep();
    expect(await receiver.claims(app.url, client.id)).toMatchObject({ sid });
  });
});
