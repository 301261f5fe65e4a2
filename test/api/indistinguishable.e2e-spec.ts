import type { Answer } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { type Person, registerAndVerify, someone } from '../support/people.js';
import { until } from '../support/smtp.js';
import { type Asked, askForLink, redeem } from './support/magic-link.js';

/*
 * Who asks learns nothing about an address: not by status, body or headers, and not by what the server does (ASVS
 * 6.3.8). Timing is measured by the bench; here stands that there is nothing to measure.
 */
describe(`known and unknown addresses, queue on ${queueBackend}`, () => {
  let app: App;
  let known: Person;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    known = await registerAndVerify(app, someone('known', { username: 'known.person' }));
  });

  afterAll(() => app.stop());

  const unknown = (): string => someone('unknown').email;
  const requests: readonly [string, number, number, (email: string) => Promise<Answer<Record<string, unknown>>>][] = [
    ['register', 202, 1, (email) => app.api.post('/v1/auth/register', { email, password: 'hollow lantern meadow' })],
    [
      'login',
      401,
      1,
      (identifier) => app.api.post('/v1/auth/login', { identifier, password: 'wrong, and long enough' }),
    ],
    ['forgot', 202, 0, (email) => app.api.post('/v1/auth/password/forgot', { email })],
    ['magic-link', 202, 0, (email) => app.api.post('/v1/auth/magic-link', { email })],
  ];

  it.each(requests)('cannot be told apart at %s', async (_, status, hashes, ask) => {
    const [there, nowhere] = [
      await app.statements.during(() => ask(known.email)),
      await app.statements.during(() => ask(unknown())),
    ];
    expect(there.result.status).toBe(status);
    expect(seen(there.result)).toEqual(seen(nowhere.result));
    expect(there.statements).toEqual(nowhere.statements);
    expect(there.statements.length).toBeGreaterThan(0);
    expect([there.hashes, nowhere.hashes]).toEqual([hashes, hashes]);
  });

  it('cannot be told apart by a user name at login', async () => {
    const ask = (identifier: string) => (): Promise<Answer<Record<string, unknown>>> =>
      app.api.post('/v1/auth/login', { identifier, password: 'wrong, and long enough' });
    const [there, nowhere] = [
      await app.statements.during(ask('known.person')),
      await app.statements.during(ask('nobody.at.all')),
    ];
    expect(seen(there.result)).toEqual(seen(nowhere.result));
    expect(there.statements).toEqual(nowhere.statements);
    expect([there.hashes, nowhere.hashes]).toEqual([1, 1]);
  });

  it('cannot be told apart by the codes of a magic link, before its mail is out, after, and past the last', async () => {
    const [there, nowhere] = [await askForLink(app, known.email), await askForLink(app, unknown())];
    const type = async ({ requestId }: Asked): Promise<object> => {
      const { result, statements } = await app.statements.during(() => redeem(app, { requestId, code: '0000-0000' }));
      return { seen: seen(result), statements };
    };
    const both = async (): Promise<void> => expect(await type(there)).toEqual(await type(nowhere));
    await both();
    await until('the fate of both mails', async () => {
      const fates = 'SELECT 1 FROM mails m JOIN mail_deliveries d ON d.mail_id = m.id WHERE m.reference = ANY ($1)';
      return (await app.sql(fates, [[there.requestId, nowhere.requestId]])).length === 2;
    });
    for (let tries = 0; tries < 6; tries += 1) await both();
    await app.pass(620);
    await both();
  });
});

/** What the caller sees, but for what differs from request to request. */
function seen({ status, body, headers }: Answer<Record<string, unknown>>): object {
  const random = Object.entries(body).filter(([name]) => ['requestId', 'binding'].includes(name));
  const blank = random.map(([name, value]) => [name, String(value).replace(/[\w-]/g, '*')]);
  return { status, body: { ...body, ...Object.fromEntries(blank) }, headers: [...headers.keys()].sort() };
}
