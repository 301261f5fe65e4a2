import { randomBytes } from 'node:crypto';
import type { ImportCounts } from '../../libs/authentication/src/cli.js';
import { type App, startApp } from '../support/app.js';
import { registerAndVerify, someone } from '../support/people.js';
import { Imports } from './support/imports.js';

const unique = randomBytes(3).toString('hex');
const at = (name: string): string => `${name}.${unique}@import.test`;
const bcrypt = { hash: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK' };

describe(`the report of an import, queue on ${queueBackend}`, () => {
  let app: App;
  let imports: Imports;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    imports = await Imports.of(app);
  });

  afterAll(async () => {
    await imports.close();
    await app.stop();
  });

  it('counts each line once: imported, there before, twice in the file, refused or blank', async () => {
    const known = await registerAndVerify(app, someone('known'));
    const taken = { email: at('taken'), username: `taken-${unique}` };
    const { counts, refusals } = await imports.run(
      [
        taken,
        { email: known.email.toUpperCase() },
        '',
        { email: at('twice') },
        { email: at('once') },
        { email: at('TWICE') },
        '   ',
        { email: at('other'), username: taken.username.toUpperCase() },
        { email: at('another'), username: `same-${unique}` },
        { email: at('yet-another'), username: `SAME-${unique}` },
        { email: 'nobody' },
        '{"email":',
        '["email"]',
        { email: at('unknown'), favouriteColour: 'blue' },
        { email: at('hash'), password: { hash: '5f4dcc3b5aa765d61d8327deb882cf99' } },
        { email: at('cost'), password: { hash: '$2b$31$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK' } },
        { email: at('both'), password: { hash: 'x', keycloak: {} } },
        { email: at('nul'), name: 'a\0b' },
        { email: at('half'), name: '\ud800' },
        { email: at('long'), name: 'x'.repeat(2 ** 20) },
        { email: at('date'), createdAt: '2024-W01-1T00:00Z' },
        { email: at('moment'), createdAt: '2024-02-31T99:00:00Z' },
        { email: at('deep'), address: { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } } },
        { email: at('claims'), birthdate: 'yesterday', roles: ['no role'] },
        { email: at('last') },
      ],
      { batch: 4 },
    );
    expect(counts).toEqual({ lines: 25, blank: 2, imported: 5, existing: 1, duplicates: 1, refused: 16 });
    expect(refusals.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '8 users.username_taken',
      '10 users.username_taken',
      '11 users.email_invalid',
      '12 import.not_json',
      '13 import.not_json',
      '14 import.invalid_user',
      '15 credentials.hash_unknown',
      '16 credentials.hash_too_costly',
      '17 import.password_invalid',
      '18 import.unstorable_text',
      '19 import.unstorable_text',
      '20 import.line_too_long',
      '21 import.invalid_user',
      '22 import.invalid_user',
      '23 import.invalid_user',
      '24 import.invalid_user',
    ]);
    expect(refusals.find(({ line }) => line === 14)?.detail).toBe('favouriteColour is not a member of this input.');
    expect(refusals.find(({ line }) => line === 24)?.detail).toBe(
      'roles must be names of roles; birthdate is not a date.',
    );
    expect(JSON.stringify(refusals)).not.toContain('5f4dcc3b');
  });

  it('refuses a line that is not UTF-8, and takes one with a byte order mark and a carriage return', async () => {
    const good = Buffer.from(`\ufeff{"email":"${at('mark')}"}\r\n`);
    const bad = Buffer.concat([
      Buffer.from(`{"email":"${at('latin')}","name":"`),
      Buffer.from([0xe9]),
      Buffer.from('"}'),
    ]);
    const { counts, refusals } = await imports.run(Buffer.concat([good, bad]));
    expect(counts).toMatchObject({ imported: 1, refused: 1 });
    expect(refusals).toMatchObject([{ line: 2, code: 'import.not_utf8' }]);
  });

  it('rehearses the same report, and writes nothing', async () => {
    const lines = [
      { email: at('rehearsed'), username: `rehearsed-${unique}`, groups: ['rehearsed'], password: bcrypt },
      { email: at('rehearsed') },
      { email: at('late'), username: `rehearsed-${unique}` },
      { email: (await registerAndVerify(app, someone('there'))).email },
      { email: at('bad'), password: { hash: 'bad' } },
    ];
    const before = await tables();
    const rehearsed = await imports.rehearse(lines);
    expect(await tables()).toEqual(before);

    const real = await imports.run(lines);
    expect(real.counts).toEqual({ lines: 5, blank: 0, imported: 1, existing: 1, duplicates: 1, refused: 2 });
    expect(rehearsed).toEqual({ counts: real.counts, refusals: real.refusals });
  });

  const tables = (): Promise<object[]> =>
    app.sql(
      `SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM groups) AS groups,
         (SELECT count(*) FROM import_runs) AS runs, (SELECT count(*) FROM audit_events) AS events`,
    );

  it('finds everybody there when the same file comes again', async () => {
    const lines = [{ email: at('again') }, { email: at('again-too') }];
    expect((await imports.run(lines)).counts).toMatchObject({ imported: 2, existing: 0 });
    expect((await imports.run(lines)).counts).toMatchObject({ imported: 0, existing: 2 });
  });

  it('goes on after the last whole batch when it was interrupted, and says so', async () => {
    const lines = Array.from({ length: 10 }, (_, n) => ({ email: at(`part-${n}`) }));
    const stop = new AbortController();
    const progress = ({ lines: done }: ImportCounts): void => {
      if (done >= 6) stop.abort();
    };
    const first = imports.run(lines, { progress, signal: stop.signal });
    await expect(first).rejects.toMatchObject({ code: 'import.interrupted' });
    const second = await imports.run(lines, { resume: true });
    expect(second).toMatchObject({ resumedAfter: 6, counts: { lines: 10, imported: 10, existing: 0, duplicates: 0 } });
    const third = imports.run(lines, { resume: true });
    await expect(third).rejects.toMatchObject({ code: 'import.nothing_to_resume' });
  });

  it('counts each line once where two processes import the same file', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => ({ email: at(`race-${n}`), groups: ['race'] }));
    const runs = await Promise.allSettled([imports.run(lines), imports.run(lines)]);
    expect(runs.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = runs.find((run) => run.status === 'rejected');
    expect(lost).toMatchObject({ reason: { code: 'import.running_elsewhere' } });
    const [sum] = await app.sql<{ imported: number; people: number }>(
      `SELECT imported, (SELECT count(*)::int FROM users WHERE email_key LIKE 'race-%') AS people
       FROM import_runs ORDER BY started_at DESC LIMIT 1`,
    );
    expect(sum).toEqual({ imported: 40, people: 40 });
  });
});
