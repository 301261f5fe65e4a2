import { NameServer } from '../../libs/outbound/testing/name-server.js';
import { Site } from '../../libs/outbound/testing/site.js';
import { type EndpointAnswer, IndieauthClient, ownPage } from '../api/support/indieauth-client.js';
import { PageBrowser } from '../api/support/page-browser.js';
import { Installation, type Person } from './support/installation.js';

const me = 'https://ada.example.test/';

describe('codes and tokens of the IndieAuth server over two processes', () => {
  let installation: Installation;
  let site: Site;
  let names: NameServer;
  let client: IndieauthClient;
  let person: Person;
  let shift = 0;

  beforeAll(async () => {
    site = await Site.start();
    site.put('/', { body: '<div class="h-app"><a class="u-url p-name" href="/">Quill</a></div>' });
    names = await NameServer.start({ 'app.example.test': { a: ['127.0.0.1'] } });
    const settings = { GATEHOUSE_FETCH_ALLOW: '127.0.0.1', GATEHOUSE_DNS_SERVERS: names.address };
    installation = await Installation.start({ apis: 2, settings });
    client = new IndieauthClient({ url: installation.publicUrl }, `http://app.example.test:${site.port}/`);
    person = await installation.newPerson();
    await ownPage({ sql: (text, values) => installation.query(text, values) }, person, me);
  });

  afterAll(() => Promise.all([installation.stop(), site.stop(), names.stop()]));

  const pass = (seconds: number): Promise<void> => installation.database.shiftClock((shift += seconds));
  const at = (turn: number, path: string): string => `${installation.api(turn % 2).url}/indieauth${path}`;
  /** As many at once, half of them in each process. */
  const race = (many: number, work: (turn: number) => Promise<EndpointAnswer>): Promise<EndpointAnswer[]> =>
    Promise.all(Array.from({ length: many }, (_, turn) => work(turn)));
  const won = (answers: readonly EndpointAnswer[]): EndpointAnswer[] => answers.filter(({ status }) => status === 200);
  const lost = (answers: readonly EndpointAnswer[]): string[] => [
    ...new Set(
      answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${String(body['error'])}`),
    ),
  ];
  const works = async (token: unknown): Promise<boolean> =>
    (await client.call('/userinfo', { headers: { authorization: `Bearer ${String(token)}` } })).status === 200;
  const authorize = (): Promise<{ code: string; verifier: string }> =>
    client.authorize(person, me, {}, new PageBrowser(installation.publicUrl));

  it('are for a client that both know by what one of them has fetched', async () => {
    const page = await client.follow(new PageBrowser(installation.publicUrl), client.begin().address);
    expect(page.html).toContain('name="password"');
    const [known] = (await installation.query('SELECT document FROM indieauth_clients')) as { document: object }[];
    expect(known).toMatchObject({ document: { name: 'Quill' } });
  });

  it('give one answer for 50 redemptions of one code at once, and the replay takes it back', async () => {
    const code = await authorize();
    const answers = await race(50, (turn) => client.redeem(at(turn, '/token'), code));
    expect([won(answers).length, lost(answers)]).toEqual([1, ['400 invalid_grant']]);
    const { access_token: token, refresh_token: refresh } = won(answers)[0]!.body;
    expect(await client.redeem('/token', code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await works(token)).toBe(false);
    expect(await client.refresh(String(refresh))).toMatchObject({ status: 400 });
  });

  it('give one answer where half ask for a token and half for who it is', async () => {
    const code = await authorize();
    const answers = await race(50, (turn) => client.redeem(at(turn, turn % 4 < 2 ? '/token' : '/auth'), code));
    expect([won(answers).length, lost(answers)]).toEqual([1, ['400 invalid_grant']]);
    expect(won(answers)[0]!.body).toMatchObject({ me });
  });

  it('give one successor for 50 refreshes at once, and revoke nothing but for a true replay', async () => {
    const { body } = await client.redeem('/token', await authorize());
    const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']), client_id: client.id };
    const answers = await race(50, (turn) => client.post(at(turn, '/token'), form));
    expect([won(answers).length, lost(answers)]).toEqual([1, ['400 invalid_grant']]);
    const { access_token: token, refresh_token: next } = won(answers)[0]!.body;
    expect(await works(token)).toBe(true);
    await pass(6);
    expect(await client.post('/token', form)).toMatchObject({ status: 400 });
    expect(await works(token)).toBe(false);
    expect(await client.refresh(String(next))).toMatchObject({ status: 400 });
  });
});
