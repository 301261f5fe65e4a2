import { sha256 } from '@app/crypto';
import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  promote,
  refusal,
  registerAndVerify,
  type SignedIn,
  signIn,
  someone,
  type Visit,
} from '../support/people.js';
import { until } from '../support/smtp.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';

interface Invite {
  readonly id: string;
  readonly email: string;
  readonly note: string | null;
  readonly roles: string[];
  readonly state: string;
  readonly createdBy: { readonly id: string; readonly name: string | null };
  readonly expiresAt: string | null;
  readonly acceptedBy: string | null;
}
interface Page {
  readonly items: Invite[];
  readonly nextCursor: string | null;
}

const day = 86_400;
const password = 'meadow lantern hollow 7';

describe(`invites, queue on ${queueBackend}`, () => {
  let app: App;
  let root: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, logLevel: 'trace' });
    root = await arrive(app, someone('root'));
    await promote(app, root);
    accepted(await root.api.patch('/v1/me', { name: 'Ada Lovelace' }), 200);
  });

  afterAll(() => app.stop());

  // A sign-in of its own each time: tests let time pass, and inviting needs a fresh one.
  const admin = async (): Promise<App['api']> => app.api.as((await signIn(app, root)).accessToken);
  const create = async (body: object): Promise<Invite> =>
    accepted(await (await admin()).post<Invite>('/v1/admin/invites', body), 201);
  const accept = (token: string, more: object = {}): Promise<Answer<Record<string, unknown>>> =>
    app.api.post('/v1/auth/invites/accept', { token, password, ...more });
  /** Invites, and reads the token of the mail. */
  const invited = async (email = someone('guest').email, more: object = {}): Promise<Invite & { token: string }> => {
    const invite = await create({ email, ...more });
    return { ...invite, token: (await app.mailbox.waitFor(email, 'invite')).token };
  };
  const read = async (id: string): Promise<Invite> => {
    const { items } = accepted(await (await admin()).get<Page>('/v1/admin/invites?limit=100'), 200);
    const found = items.find((invite) => invite.id === id);
    if (!found) throw new Error(`the list lacks the invite ${id}`);
    return found;
  };

  it('open a verified account with the roles they name, and sign nobody in', async () => {
    const { email } = someone('guest');
    const { token, ...invite } = await invited(email, { note: 'from accounting', roles: ['auditor'] });
    expect(invite).toMatchObject({ email, note: 'from accounting', roles: ['auditor'], state: 'pending' });
    expect(invite.createdBy).toEqual({ id: root.id, name: 'Ada Lovelace' });
    const answer = await accept(token, { username: 'Guest.One', givenName: 'Gus' });
    expect(accepted(answer, 201)).toMatchObject({
      email,
      emailVerified: true,
      roles: ['auditor'],
      username: 'Guest.One',
      givenName: 'Gus',
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const tokens = await signIn(app, { email, password });
    const me = accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
    expect(await read(invite.id)).toMatchObject({ state: 'accepted', acceptedBy: me['id'] });
  });

  it('say who invited, and keep the note to administrators', async () => {
    const { email } = someone('guest');
    await create({ email, note: 'watch this one' });
    const mail = await app.mailbox.waitFor(email, 'invite');
    expect(mail.text).toContain('Ada Lovelace invites you');
    expect(mail.text).toContain('within 7 days');
    const page = await new PageBrowser(app.url).visit(mail.link);
    expect(page.html).toContain('Ada Lovelace invites you');
    for (const text of [mail.text, mail.html, page.html]) expect(text).not.toContain('watch this one');
  });

  it('are for administrators with a fresh sign-in', async () => {
    const ada = await arrive(app);
    const { email } = someone('guest');
    for (const answer of [
      await ada.api.post('/v1/admin/invites', { email }),
      await ada.api.get('/v1/admin/invites'),
      await ada.api.delete('/v1/admin/invites/018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55'),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect((await app.api.post('/v1/admin/invites', { email })).status).toBe(401);
    const { refreshToken } = await signIn(app, root);
    await app.pass(610);
    const refreshed = accepted(await app.api.post<SignedIn>('/v1/auth/refresh', { refreshToken }), 200);
    const stale = app.api.as(refreshed.accessToken);
    expect(refusal(await stale.post('/v1/admin/invites', { email }))).toBe('403 authentication.step_up_required');
  });

  it('are refused for an address with an account or an open invite, and for what is no address or role', async () => {
    const ada = await registerAndVerify(app);
    const api = await admin();
    const taken = await api.post('/v1/admin/invites', { email: ada.email.toUpperCase().replace('.TEST', '.test') });
    expect(refusal(taken)).toBe('409 users.email_taken');
    const { email } = await invited();
    expect(refusal(await api.post('/v1/admin/invites', { email }))).toBe('409 authentication.invite_open');
    expect(refusal(await api.post('/v1/admin/invites', { email: 'nobody' }))).toBe('400 users.email_invalid');
    for (const roles of [['Admin'], ['a b'], ['x', 'x'], 'admin', [1]]) {
      expect((await api.post('/v1/admin/invites', { email: someone().email, roles })).status).toBe(400);
    }
  });

  it('work for seven days from the mail, then can be sent again', async () => {
    const [inTime, late] = [await invited(), await invited()];
    expect((await read(late.id)).expiresAt).not.toBeNull();
    await app.pass(7 * day - 60);
    accepted(await accept(inTime.token), 201);
    await app.pass(120);
    expect(refusal(await accept(late.token))).toBe('410 tokens.expired');
    expect((await read(late.id)).state).toBe('expired');
    const again = accepted(await (await admin()).post<Invite>(`/v1/admin/invites/${late.id}/resend`), 200);
    expect(again.state).toBe('pending');
    const { token } = await app.mailbox.waitFor(late.email, 'invite', 2);
    accepted(await accept(token), 201);
  });

  it('are sent again with a new link, and the old one dies', async () => {
    const { id, email, token } = await invited();
    accepted(await (await admin()).post(`/v1/admin/invites/${id}/resend`), 200);
    expect(refusal(await accept(token))).toBe('400 tokens.invalid');
    const second = await app.mailbox.waitFor(email, 'invite', 2);
    expect(second.token).not.toBe(token);
    accepted(await accept(second.token), 201);
    const closed = '409 authentication.invite_closed';
    expect(refusal(await (await admin()).post(`/v1/admin/invites/${id}/resend`))).toBe(closed);
    expect(refusal(await (await admin()).delete(`/v1/admin/invites/${id}`))).toBe(closed);
  });

  it('are not sent again beside a newer one of the same address', async () => {
    const old = await invited();
    await app.pass(7 * day + 60);
    const newer = await create({ email: old.email });
    const resend = async (): Promise<Answer<object>> =>
      (await admin()).post<object>(`/v1/admin/invites/${old.id}/resend`);
    expect(refusal(await resend())).toBe('409 authentication.invite_open');
    accepted(await (await admin()).delete(`/v1/admin/invites/${newer.id}`), 204);
    accepted(await resend(), 200);
  });

  it('are revoked, once and for all', async () => {
    const { id, email, token } = await invited();
    for (let time = 0; time < 2; time += 1) accepted(await (await admin()).delete(`/v1/admin/invites/${id}`), 204);
    expect(refusal(await accept(token))).toBe('410 tokens.revoked');
    expect((await read(id)).state).toBe('revoked');
    expect((await (await admin()).post(`/v1/admin/invites/${id}/resend`)).status).toBe(409);
    await invited(someone('other').email);
    accepted(await (await admin()).post('/v1/admin/invites', { email }), 201);
  });

  it('are revoked with the account of who gave them', async () => {
    const other = await arrive(app, someone('second'));
    await promote(app, other);
    const { email } = someone('guest');
    accepted(await other.api.post('/v1/admin/invites', { email, roles: ['admin'] }), 201);
    const { token } = await app.mailbox.waitFor(email, 'invite');
    accepted(await (await admin()).post(`/v1/admin/users/${other.id}/disable`), 200);
    expect(refusal(await accept(token))).toBe('410 tokens.revoked');
  });

  it.each(['018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55', 'x'])('know no invite %s', async (id) => {
    const api = await admin();
    for (const answer of [
      await api.post(`/v1/admin/invites/${id}/resend`),
      await api.delete(`/v1/admin/invites/${id}`),
    ]) {
      expect(refusal(answer)).toBe('404 authentication.invite_not_found');
    }
  });

  it('work once, and leave the link good where something is wrong with what was typed', async () => {
    await registerAndVerify(app, someone('named', { username: 'taken.name' }));
    const { token } = await invited();
    expect(refusal(await accept(token, { password: 'short' }))).toBe('400 credentials.password_too_short');
    expect(refusal(await accept(token, { username: 'Taken.Name' }))).toBe('409 users.username_taken');
    accepted(await accept(token), 201);
    expect(refusal(await accept(token))).toBe('410 tokens.used');
    for (const never of ['x', 'A'.repeat(43)]) expect(refusal(await accept(never))).toBe('400 tokens.invalid');
  });

  it('make one user of two that accept at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { email, token } = await invited();
      const answers = await Promise.all([1, 2, 3, 4].map(() => accept(token)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410, 410]);
      expect(await app.sql('SELECT 1 FROM users WHERE email_key = $1', [email])).toHaveLength(1);
    }
  });

  it('take the place of registrations that wait, and give way to an account that was first', async () => {
    const waiting = someone('waiting');
    accepted(await app.api.post('/v1/auth/register', waiting), 202);
    const { token: proof } = await app.mailbox.waitFor(waiting.email, 'verification');
    const { token } = await invited(waiting.email);
    accepted(await accept(token), 201);
    expect((await app.api.post('/v1/auth/email/verify', { token: proof })).status).toBeGreaterThanOrEqual(400);
    await signIn(app, { email: waiting.email, password });

    const first = someone('first');
    const late = await invited(first.email);
    await registerAndVerify(app, first);
    expect(refusal(await accept(late.token))).toBe('409 users.email_taken');
    const again = await (await admin()).post(`/v1/admin/invites/${late.id}/resend`);
    expect(refusal(again)).toBe('409 users.email_taken');
  });

  it('are listed by the page, the newest first, and by state', async () => {
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) made.unshift((await invited()).id);
    const api = await admin();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: Page = accepted(await api.get<Page>(`/v1/admin/invites?limit=2${after}`), 200);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null && seen.length < 100);
    expect(seen.slice(0, 5)).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
    for (const state of ['pending', 'accepted', 'expired', 'revoked']) {
      const { items } = accepted(await api.get<Page>(`/v1/admin/invites?limit=100&state=${state}`), 200);
      expect(items.filter((invite) => invite.state !== state)).toEqual([]);
      expect(items.length).toBeGreaterThan(0);
    }
    for (const position of ['["x","y"]', '["2026-99-99","018f4c1e-7c55-4e0a-9b1d-2f6f3c1a9e55"]', '[1]']) {
      const wrong = Buffer.from(position).toString('base64url');
      expect(refusal(await api.get(`/v1/admin/invites?cursor=${wrong}`))).toBe('400 http.invalid_cursor');
    }
    expect((await api.get('/v1/admin/invites?state=lost')).status).toBe(400);
  });

  it('are kept without their token, and every step of theirs is recorded', async () => {
    const seen = (await auditTrail(app)).length;
    const first = await invited(undefined, { roles: ['auditor'] });
    accepted(await (await admin()).post(`/v1/admin/invites/${first.id}/resend`), 200);
    const { token } = await app.mailbox.waitFor(first.email, 'invite', 2);
    const user = accepted(await accept(token), 201);
    const second = await invited();
    accepted(await (await admin()).delete(`/v1/admin/invites/${second.id}`), 204);
    const rows = (await auditTrail(app)).slice(seen).filter(({ type }) => type.includes('invite'));
    expect(rows).toMatchObject([
      { type: 'authentication.invite_created', actorId: root.id, data: { invite: first.id, roles: ['auditor'] } },
      { type: 'authentication.invite_resent', actorId: root.id, data: { invite: first.id } },
      { type: 'authentication.invite_accepted', userId: user['id'], actorId: user['id'], data: { invite: first.id } },
      { type: 'authentication.invite_created', actorId: root.id, data: { invite: second.id } },
      { type: 'authentication.invite_revoked', actorId: root.id, data: { invite: second.id } },
    ]);
    const stored = await app.sql<{ line: string }>('SELECT i::text AS line FROM invites i');
    const written = [...stored.map(({ line }) => line), JSON.stringify(rows), ...app.logLines];
    expect(written.filter((line) => line.includes(token))).toEqual([]);
    expect(written.some((line) => line.includes(sha256(token).toString('hex')))).toBe(true);
  });

  describe('on the page behind the link', () => {
    const typed = { newPassword: password, repeatPassword: password };

    it('ask for a password twice, a name and a user name, and lead to the sign-in', async () => {
      const { email } = someone('guest');
      await create({ email });
      const { link } = await app.mailbox.waitFor(email, 'invite');
      const browser = new PageBrowser(app.url);
      const asked = await browser.visit(link);
      expect(asked.status).toBe(200);
      expect(asked.html).toContain(email);
      const submitted = await browser.submit(asked, { ...typed, name: 'Gus Guest', username: 'gus.guest' });
      expect([submitted.status, submitted.location]).toEqual([303, '/flow/invite/done']);
      expect(submitted.headers.getSetCookie().join()).not.toContain('session');
      expect((await browser.open('/flow/invite/done')).html).toContain('href="/sign-in"');
      const tokens = await signIn(app, { email, password });
      const me = accepted(await app.api.as(tokens.accessToken).get('/v1/me'), 200);
      expect(me).toMatchObject({ name: 'Gus Guest', username: 'gus.guest', emailVerified: true });
    });

    it.each<[string, Record<string, string>, string]>([
      ['passwords differ', { ...typed, repeatPassword: 'another' }, 'The two passwords differ'],
      ['the password is short', { newPassword: 'short', repeatPassword: 'short' }, 'at least 15 characters'],
      ['the user name is none', { ...typed, username: 'a b' }, '3 to 32 letters'],
      ['the user name is taken', { ...typed, username: 'on.the.page' }, 'is taken'],
      ['the name is endless', { ...typed, name: 'x'.repeat(201) }, 'too long'],
    ])('ask again where %s', async (_, form, fault) => {
      await app.sql(`UPDATE users SET username = 'on.the.page', username_key = 'on.the.page' WHERE email = $1`, [
        root.email,
      ]);
      const { email } = await invited();
      const { link } = await app.mailbox.waitFor(email, 'invite');
      const browser = new PageBrowser(app.url);
      const refused = await browser.submit(await browser.visit(link), form);
      expect(refused.status).toBe(422);
      expect(refused.html).toContain(fault);
      expect((await browser.submit(refused, { ...typed, name: '', username: '' })).status).toBe(303);
    });

    it('do nothing when the link is opened, so that scanners may', async () => {
      const { email, id } = await invited();
      const { link } = await app.mailbox.waitFor(email, 'invite');
      for (let time = 0; time < 3; time += 1) expect((await new PageBrowser(app.url).visit(link)).status).toBe(200);
      expect((await read(id)).state).toBe('pending');
      const browser = new PageBrowser(app.url);
      expect((await browser.submit(await browser.visit(link), typed)).status).toBe(303);
    });

    it('refuse a form that was not made for this browser', async () => {
      const { email } = await invited();
      const { link } = await app.mailbox.waitFor(email, 'invite');
      const [browser, other] = [new PageBrowser(app.url), new PageBrowser(app.url)];
      await browser.visit(link);
      const foreign = /name="csrf" value="([^"]+)"/.exec((await other.visit(link)).html)![1]!;
      for (const csrf of ['', foreign]) {
        expect((await browser.post('/flow/invite', { ...typed, csrf })).status).toBe(403);
      }
      expect(await app.sql('SELECT 1 FROM users WHERE email_key = $1', [email])).toEqual([]);
    });

    it('say of a link that was used, revoked or is over that it no longer works, on the page and behind its button', async () => {
      const over: Readonly<Record<string, (invite: Invite & { token: string }) => Promise<unknown>>> = {
        used: async ({ token }) => accepted(await accept(token), 201),
        revoked: async ({ id }) => accepted(await (await admin()).delete(`/v1/admin/invites/${id}`), 204),
        expired: () => app.pass(7 * day + 60),
      };
      for (const [how, end] of Object.entries(over)) {
        const invite = await invited();
        const { link } = await app.mailbox.waitFor(invite.email, 'invite');
        const browser = new PageBrowser(app.url);
        const asked = await browser.visit(link);
        await end(invite);
        const pressed = await browser.submit(asked, typed);
        const opened = await new PageBrowser(app.url).visit(link);
        expect([how, pressed.status, opened.status]).toEqual([how, 410, 410]);
        expect(opened.html).toContain('This link no longer works');
        expect(opened.html).not.toContain(invite.email);
      }
    });

    it('tell who has an account already to sign in with it', async () => {
      const first = someone('first');
      await invited(first.email);
      await registerAndVerify(app, first);
      const { link } = await app.mailbox.waitFor(first.email, 'invite');
      const browser = new PageBrowser(app.url);
      const refused = await browser.submit(await browser.visit(link), typed);
      expect(refused.status).toBe(422);
      expect(refused.html).toContain('has an account already');
      await signIn(app, first);
    });
  });

  it('are swept half a year after their last mail', async () => {
    const { id } = await invited();
    const rows = (): Promise<object[]> => app.sql('SELECT 1 FROM invites WHERE id = $1', [id]);
    await app.pass(180 * day - 60);
    await app.sweep();
    expect(await rows()).toHaveLength(1);
    await app.pass(120);
    await app.sweep();
    await until('the sweep', async () => (await rows()).length === 0);
  });
});
