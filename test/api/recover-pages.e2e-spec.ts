import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, someone, type Visit } from '../support/people.js';
import { enrolTotp } from '../support/second-factors.js';
import { trailOf } from './support/audit-trail.js';
import { type Page, PageBrowser } from './support/page-browser.js';
import { beginReset, demandNewPassword, factorsOf, recoveryAcr, takeEffect } from './support/recovery.js';

const session = '__Host-gatehouse-session';

/** The pages behind the link of a reset of lost factors. */
describe(`the pages of a recovery, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Visit;
  let link: string;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ada = await arrive(app, someone('ada'));
    await enrolTotp(app, ada.api);
    ({ link } = await beginReset(app, ada));
    browser = new PageBrowser(app.url);
  });

  const csrfOf = ({ html }: Page): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!;
  const send = (page: Page, typed: Record<string, string>): Promise<Page> =>
    browser.post('/flow/recover', { csrf: csrfOf(page), ...typed });
  const factors = (): Promise<unknown> => factorsOf(app, ada);
  const state = async (): Promise<unknown> =>
    (
      await app.sql<object>(
        `SELECT cancelled_at IS NOT NULL AS cancelled, completed_at IS NOT NULL AS completed
      FROM factor_resets r JOIN users u ON u.id = r.user_id WHERE u.email = $1`,
        [ada.email],
      )
    )[0];

  it('do nothing when the link is opened, before its time and after, so that scanners may', async () => {
    for (const moment of [() => Promise.resolve(), () => takeEffect(app)]) {
      await moment();
      for (let scanner = 0; scanner < 3; scanner += 1) {
        const asked = await new PageBrowser(app.url).visit(link);
        expect(asked.status).toBe(200);
        expect(asked.html).not.toContain(link.slice(link.lastIndexOf('/') + 1));
      }
      expect(await state()).toEqual({ cancelled: false, completed: false });
    }
    expect(await factors()).toEqual(['totp', 'backup_code']);
  });

  it('say before its time from when it works, and stop it by a button', async () => {
    const asked = await browser.visit(link);
    expect(asked.html).toContain('Works from');
    expect(asked.html).not.toContain('type="password"');
    const stopped = await browser.submit(asked);
    expect([stopped.status, stopped.location]).toEqual([303, '/flow/recover/done']);
    expect((await browser.open('/flow/recover/done')).html).toContain('The reset is stopped');
    expect(browser.jar.get(session)).toBeUndefined();
    const [entry] = (await trailOf(app, ada.id)).slice(-1);
    expect(entry).toMatchObject({ type: 'authentication.factor_reset_cancelled', data: { by: 'link' } });

    await takeEffect(app);
    expect((await new PageBrowser(app.url).visit(link)).status).toBe(410);
    const token = link.slice(link.lastIndexOf('/') + 1);
    const recovery = await app.api.post('/v1/auth/recovery', { token, password: ada.password });
    expect(refusal(recovery)).toBe('410 tokens.used');
    expect(await factors()).toEqual(['totp', 'backup_code']);
  });

  it('take no password before its time, even from who makes up the form', async () => {
    const asked = await browser.visit(link);
    const refused = await send(asked, { password: ada.password });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('has not taken effect yet');
    expect(await state()).toEqual({ cancelled: false, completed: false });
  });

  it('ask for the password after, and sign the browser in for new factors alone', async () => {
    await takeEffect(app);
    const asked = await browser.visit(link);
    expect(asked.html).toContain(ada.email);
    for (const [typed, fault] of [
      [{}, 'Type your password.'],
      [{ password: 'not the password at all' }, 'The password is wrong.'],
    ] as const) {
      const refused = await send(asked, typed);
      expect(refused.status).toBe(422);
      expect(refused.html).toContain(fault);
    }
    expect(await factors()).toEqual(['totp', 'backup_code']);

    const finished = await send(asked, { password: ada.password });
    expect([finished.status, finished.location]).toEqual([303, '/flow/recover/done']);
    expect(finished.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-gatehouse-session=[\w-]{43}; Path=\/; Max-Age=900; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect((await browser.open('/flow/recover/done')).html).toContain('Set up a new second step now');
    expect(await factors()).toEqual([]);

    const api = app.api.withCookies(browser.jar);
    const { acr } = accepted(await api.get('/v1/me/sessions/current'), 200);
    expect(acr).toBe(recoveryAcr);
    expect(refusal(await api.get('/v1/me/sessions'))).toBe('403 http.recovery_session');
    const { backupCodes } = await enrolTotp(app, api);
    expect(backupCodes).toHaveLength(10);
    expect((await send(asked, { password: ada.password })).status).toBe(410);
    expect((await new PageBrowser(app.url).visit(link)).status).toBe(410);
  });

  it('can still be stopped after its time', async () => {
    await takeEffect(app);
    const asked = await browser.visit(link);
    expect((await send(asked, { intent: 'stop' })).status).toBe(303);
    expect(await state()).toEqual({ cancelled: true, completed: false });
    expect(await factors()).toEqual(['totp', 'backup_code']);
  });

  it('refuse a form that was not made for this browser', async () => {
    await takeEffect(app);
    const asked = await browser.visit(link);
    const csrf = csrfOf(await new PageBrowser(app.url).visit(link));
    for (const forged of [csrf, '', 'x']) {
      for (const typed of [{ password: ada.password }, { intent: 'stop' }]) {
        expect((await browser.post('/flow/recover', { ...typed, csrf: forged })).status).toBe(403);
      }
    }
    expect(await state()).toEqual({ cancelled: false, completed: false });
    expect((await send(asked, { password: ada.password })).status).toBe(303);
  });

  it('lead who owes a new password to the sign-in', async () => {
    await takeEffect(app);
    await demandNewPassword(app, ada);
    const finished = await send(await browser.visit(link), { password: ada.password });
    expect([finished.status, browser.jar.get(session)]).toEqual([303, undefined]);
    expect((await browser.open('/flow/recover/done')).html).toContain('href="/sign-in"');
    expect(await factors()).toEqual([]);
  });

  it('keep token and password out of the logs', async () => {
    await takeEffect(app);
    await send(await browser.visit(link), { password: ada.password });
    const secrets = [link.slice(link.lastIndexOf('/') + 1), ada.password, browser.jar.get(session)!];
    expect(app.logLines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  });
});
