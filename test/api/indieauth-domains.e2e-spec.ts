import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { NameServer } from '../../libs/outbound/testing/name-server.js';
import { Site } from '../../libs/outbound/testing/site.js';
import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, refusal, signIn, someone, type Visit } from '../support/people.js';
import { until } from '../support/smtp.js';
import { auditTrail } from './support/audit-trail.js';
import { dumpOf, findIn } from './support/database-dump.js';
import { IndieauthClient } from './support/indieauth-client.js';
import { PageBrowser } from './support/page-browser.js';
import { mayServePort80, ownLoopback } from './support/web-port.js';

interface Domain {
  readonly id: string;
  readonly me: string;
  readonly domain: string;
  readonly status: string;
  readonly txtRecord: { readonly name: string; readonly value: string };
  readonly email: string | null;
  readonly lapseReason: string | null;
}

const day = 86_400;

/** A real name server, a real page, a real mailbox; the page's address is on this machine and allowed by name. */
(mayServePort80 ? describe : describe.skip)(`proving a domain, queue on ${queueBackend}`, () => {
  let app: App;
  let web: Site;
  let names: NameServer;
  let ada: Visit;
  let host: string;
  let mailbox: string;

  beforeAll(async () => {
    web = await Site.start(80, ownLoopback);
    names = await NameServer.start();
    const settings = { GATEHOUSE_FETCH_ALLOW: ownLoopback, GATEHOUSE_DNS_SERVERS: names.address };
    app = await startApp({ queue: queueBackend, settings });
  });

  afterAll(() => Promise.all([app.stop(), web.stop(), names.stop()]));

  beforeEach(async () => {
    ada = await arrive(app);
    host = `${randomBytes(4).toString('hex')}.example.test`;
    mailbox = `owner@${host}`;
    names.set(host, { a: [ownLoopback] });
    serve();
  });

  const metadata = (): string => `${app.url}/indieauth/.well-known/oauth-authorization-server`;
  const serve = (body?: string, status = 200): void =>
    web.put('/', {
      status,
      body:
        body ?? `<link rel="indieauth-metadata" href="${metadata()}"><a rel="me" href="mailto:${mailbox}">write</a>`,
    });
  const add = async (visit = ada, me = `http://${host}/`): Promise<Domain> =>
    accepted(await visit.api.post<Domain>('/v1/me/domains', { me }), 201);
  const publish = ({ txtRecord: { name, value } }: Domain): void => names.set(name, { txt: ['v=spf1 -all', value] });
  const ask = ({ id }: Domain, visit = ada): Promise<Answer<Domain>> =>
    visit.api.post<Domain>(`/v1/me/domains/${id}/code`);
  const type = ({ id }: Domain, code: string, visit = ada): Promise<Answer<Domain>> =>
    visit.api.post<Domain>(`/v1/me/domains/${id}/verify`, { code });
  const mailedCode = async (nth = 1): Promise<string> => {
    const { text } = await app.mailbox.waitFor(mailbox, 'domainCode', nth);
    return /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text)![0];
  };
  const own = async (visit = ada): Promise<Domain[]> =>
    accepted(await visit.api.get<{ items: Domain[] }>('/v1/me/domains'), 200).items;

  /** The whole way. */
  async function prove(visit = ada): Promise<Domain> {
    const domain = await add(visit);
    publish(domain);
    accepted(await ask(domain, visit), 200);
    return accepted(await type(domain, await mailedCode(), visit), 200);
  }

  it('takes a TXT record and a code mailed to the address on the page, then signs in with it', async () => {
    const domain = await add();
    expect(domain).toMatchObject({ me: `http://${host}/`, domain: host, status: 'pending', email: null });
    expect(domain.txtRecord).toEqual({
      name: `_gatehouse.${host}`,
      value: expect.stringMatching(/^gatehouse-verification=[\w-]{43}$/),
    });
    publish(domain);
    expect(accepted(await ask(domain), 200)).toMatchObject({ status: 'pending', email: mailbox });
    const code = await mailedCode();
    expect(accepted(await type(domain, code.toLowerCase().replace('-', ' ')), 200)).toMatchObject({
      status: 'verified',
      verifiedAt: expect.any(String),
    });
    expect(await own()).toMatchObject([{ id: domain.id, status: 'verified' }]);
    const client = new IndieauthClient(app, 'http://localhost:4997/');
    expect(await client.redeem('/auth', await client.authorize(ada, domain.me))).toMatchObject({
      status: 200,
      body: { me: domain.me },
    });
    const types = ['added', 'code_sent', 'verified'].map((what) => `indieauth.domain_${what}`);
    for (const kind of types) expect((await auditTrail(app, kind)).length).toBeGreaterThan(0);
  });

  it('keeps the code out of the database and the log', async () => {
    const domain = await add();
    publish(domain);
    accepted(await ask(domain), 200);
    const code = await mailedCode();
    expect(findIn(await dumpOf(app), new Map([['the code', code]]))).toEqual([]);
    accepted(await type(domain, code), 200);
    expect(app.logLines.filter((line) => line.includes(code) || line.includes(code.replace('-', '')))).toEqual([]);
  });

  it('stands on both: without the TXT record no code is sent, and none counts once it is gone', async () => {
    const domain = await add();
    expect(refusal(await ask(domain))).toBe('409 indieauth.txt_record_missing');
    names.set(domain.txtRecord.name, { txt: ['gatehouse-verification=of-somebody-else'] });
    expect(refusal(await ask(domain))).toBe('409 indieauth.txt_record_missing');
    expect(await app.mailbox.of(mailbox)).toEqual([]);
    publish(domain);
    accepted(await ask(domain), 200);
    const code = await mailedCode();
    names.forget(domain.txtRecord.name);
    expect(refusal(await type(domain, code))).toBe('409 indieauth.txt_record_missing');
    expect(await own()).toMatchObject([{ status: 'pending' }]);
  });

  it.each([
    [
      'does not say that one signs in here',
      () => '<a rel="me" href="mailto:a@example.test">',
      'metadata_not_declared',
      409,
    ],
    ['says so of another server', () => '<link rel="indieauth-metadata" href="/x">', 'metadata_not_declared', 409],
    ['publishes no address', () => `<link rel="indieauth-metadata" href="${metadata()}">`, 'mailto_missing', 409],
    ['is too large', () => 'x'.repeat(256 * 1024 + 1), 'page_unreadable', 502],
    ['takes too long to read', () => '<div>'.repeat(50_000), 'page_unreadable', 502],
    ['is not there', () => undefined, 'page_unreadable', 502],
  ])('sends no code where the page %s', async (_what, body, code, status) => {
    const domain = await add();
    publish(domain);
    serve(body(), body() === undefined ? 404 : 200);
    expect(refusal(await ask(domain))).toBe(`${status} indieauth.${code}`);
  });

  it('reaches no page inside', async () => {
    names.set(host, { a: ['127.0.0.1'] });
    const domain = await add();
    publish(domain);
    expect(refusal(await ask(domain))).toBe('502 indieauth.page_unreadable');
  });

  it('says so where no name server answers', async () => {
    const domain = await add();
    names.silent = true;
    try {
      expect(refusal(await ask(domain))).toBe('502 indieauth.name_servers_silent');
    } finally {
      names.silent = false;
    }
  });

  it('takes a code once, for ten minutes, and bears five wrong ones', async () => {
    const domain = await add();
    expect(refusal(await type(domain, 'AAAA-AAAA'))).toBe('410 indieauth.code_exhausted');
    publish(domain);
    accepted(await ask(domain), 200);
    const first = await mailedCode();
    for (let times = 0; times < 5; times += 1) {
      expect(refusal(await type(domain, 'AAAA-AAAA'))).toBe('400 indieauth.code_wrong');
    }
    expect(refusal(await type(domain, first))).toBe('410 indieauth.code_exhausted');
    accepted(await ask(domain), 200);
    expect(refusal(await type(domain, first))).toBe('400 indieauth.code_wrong');
    await app.pass(601);
    ada = { ...ada, api: app.api.as((await signIn(app, ada)).accessToken) };
    expect(refusal(await type(domain, await mailedCode(2)))).toBe('410 indieauth.code_exhausted');
    accepted(await ask(domain), 200);
    const last = await mailedCode(3);
    accepted(await type(domain, last), 200);
    expect(refusal(await type(domain, last))).toBe('410 indieauth.code_exhausted');
  });

  it.each([
    'http://user@x.example.test/',
    'https://10.0.0.1/',
    'https://x.example.test:8443/',
    'https://x.example.test/#a',
    'ftp://x.example.test/',
    'nothing',
  ])('takes no %s for a page', async (me) => {
    expect(refusal(await ada.api.post('/v1/me/domains', { me }))).toBe('400 indieauth.profile_url_invalid');
  });

  it('knows a page by its canonical address, and no more than twenty of them', async () => {
    expect(await add(ada, host.toUpperCase())).toMatchObject({ me: `https://${host}/`, domain: host });
    expect(refusal(await ada.api.post('/v1/me/domains', { me: `https://${host}` }))).toBe('409 indieauth.domain_known');
    for (let count = 1; count < 20; count += 1) await add(ada, `https://${host}/${count}`);
    expect(refusal(await ada.api.post('/v1/me/domains', { me: `https://${host}/more` }))).toBe(
      '409 indieauth.too_many_domains',
    );
  });

  it('is of one account at a time, and of none that did not prove it', async () => {
    const domain = await prove();
    const eve = await arrive(app, someone('eve'));
    expect(refusal(await ask(domain, eve))).toBe('404 indieauth.domain_not_found');
    expect(refusal(await type(domain, 'AAAA-AAAA', eve))).toBe('404 indieauth.domain_not_found');
    expect(refusal(await eve.api.delete(`/v1/me/domains/${domain.id}`))).toBe('404 indieauth.domain_not_found');
    expect(refusal(await eve.api.delete('/v1/me/domains/nonsense'))).toBe('404 indieauth.domain_not_found');
    const hers = await add(eve);
    expect(hers.txtRecord.value).not.toBe(domain.txtRecord.value);
    names.set(domain.txtRecord.name, { txt: [domain.txtRecord.value, hers.txtRecord.value] });
    accepted(await ask(hers, eve), 200);
    const code = await mailedCode(2);
    expect(refusal(await type(hers, code, eve))).toBe('409 indieauth.domain_taken');
    accepted(await ada.api.delete(`/v1/me/domains/${domain.id}`), 204);
    expect(accepted(await type(hers, code, eve), 200)).toMatchObject({ status: 'verified' });
    expect(await own()).toEqual([]);
  });

  it('asks for a sign-in not long ago before a page is added or removed', async () => {
    const domain = await add();
    await app.pass(700);
    expect(refusal(await ada.api.post('/v1/me/domains', { me: `https://${host}/b` }))).toMatch(/^401|^403/);
    expect(refusal(await ada.api.delete(`/v1/me/domains/${domain.id}`))).toMatch(/^401|^403/);
  });

  /** What is due is looked at, and what came of it written down. */
  async function look(): Promise<void> {
    await app.sweep();
    const open = async (): Promise<object[]> => app.sql(`SELECT FROM outbox WHERE topic = 'domain-checks'`);
    await until('the looks at domains', async () => (await open()).length === 0);
  }

  it('is looked at again every day; what stands goes on', async () => {
    await prove();
    const before = names.asked.length;
    await look();
    expect(names.asked).toHaveLength(before);
    await app.pass(day + 1);
    await look();
    expect(names.asked.slice(before)).toContain(`_gatehouse.${host} TXT`);
    const later = names.asked.length;
    await look();
    expect(names.asked).toHaveLength(later);
    expect(await statusOf()).toEqual(['verified', null]);
  });

  it.each([
    ['the TXT record is gone', 'txt_record_gone', () => names.forget(`_gatehouse.${host}`)],
    ['the page says another server', 'metadata_gone', () => serve('<link rel="indieauth-metadata" href="/x">')],
    [
      'the page gives another address',
      'email_changed',
      () => serve(`<link rel="indieauth-metadata" href="${metadata()}"><a rel="me" href="mailto:b@example.test">`),
    ],
  ])('lapses when %s: the owner is told, and nobody signs in with it', async (_what, reason, change) => {
    const { me } = await prove();
    const client = new IndieauthClient(app, 'http://localhost:4997/');
    change();
    await app.pass(day + 1);
    await look();
    expect(await statusOf()).toEqual(['lapsed', reason]);
    expect((await app.mailbox.waitFor(ada.email, 'domainLapsed')).text).toContain(me);
    expect(await auditTrail(app, 'indieauth.domain_lapsed')).toContainEqual(
      expect.objectContaining({ data: { me, reason } }),
    );
    const browser = new PageBrowser(app.url);
    const page = await client.follow(browser, client.begin().address);
    const consent = await client.follow(
      browser,
      (await browser.submit(page, { identifier: ada.email, password: ada.password })).location!,
    );
    expect(consent.html).toContain('You have no page to sign in with yet');
    await look();
    expect(await app.mailbox.of(ada.email, 'domainLapsed')).toHaveLength(1);
  });

  it('does not lapse because something does not answer, unless for two weeks', async () => {
    await prove();
    serve('', 500);
    await app.pass(day + 1);
    await look();
    expect(await statusOf()).toEqual(['verified', null]);
    await app.pass(3601);
    serve();
    const before = names.asked.length;
    await look();
    expect(names.asked.length).toBeGreaterThan(before);
    serve('', 500);
    await app.pass(15 * day);
    await look();
    expect(await statusOf()).toEqual(['lapsed', 'unreachable']);
  });

  it('is looked at by a job of its own, so that a page that does not answer holds up no sweep', async () => {
    await prove();
    const held: ServerResponse[] = [];
    web.put('/', (_, response) => void held.push(response));
    await app.pass(day + 1);
    await app.sweep();
    await until('the page to be asked for', () => held.length > 0);
    await app.pass(3601);
    // Due once more, and not looked at twice at the same time.
    await app.sweep();
    expect(await app.sql(`SELECT FROM outbox WHERE topic = 'domain-checks'`)).toHaveLength(1);
    expect(held).toHaveLength(1);
    serve();
    for (const response of held) response.writeHead(404).end();
    await look();
    expect(await statusOf()).toEqual(['verified', null]);
  });

  it('is nobody’s once the account is deleted', async () => {
    const domain = await prove();
    accepted(await ada.api.delete('/v1/me', { currentPassword: ada.password }), 204);
    expect(await app.sql('SELECT id FROM indieauth_domains WHERE me = $1', [domain.me])).toEqual([]);
  });

  it('can be proved again after a lapse', async () => {
    const domain = await prove();
    names.forget(domain.txtRecord.name);
    await app.pass(day + 1);
    await look();
    expect(await statusOf()).toEqual(['lapsed', 'txt_record_gone']);
    publish(domain);
    ada = { ...ada, api: app.api.as((await signIn(app, ada)).accessToken) };
    accepted(await ask(domain), 200);
    expect(accepted(await type(domain, await mailedCode(2)), 200)).toMatchObject({
      status: 'verified',
      lapseReason: null,
    });
  });

  async function statusOf(): Promise<[string, string | null]> {
    const api = app.api.as((await signIn(app, ada)).accessToken);
    const [domain] = accepted(await api.get<{ items: Domain[] }>('/v1/me/domains'), 200).items;
    return [domain!.status, domain!.lapseReason];
  }
});
