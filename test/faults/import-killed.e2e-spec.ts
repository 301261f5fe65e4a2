import { createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from '@node-rs/bcrypt';
import { until } from '../support/smtp.js';
import { type CommandOutcome, CommandProcess } from './support/command.js';
import { Installation } from './support/installation.js';

const people = 10_000;
const perKind = 50;
const b64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/**
 * What systems of five kinds would have stored, PBKDF2 in two spellings. The parameters are real and the cheapest that
 * an import takes: hashing is what these systems did long ago, and no part of what is tested.
 */
const kinds: Readonly<Record<string, (password: string, salt: Buffer) => object>> = {
  argon2id: (password, salt) => ({
    hash: argon2(password, { algorithm: 2, memoryCost: 64, timeCost: 2, parallelism: 2, salt }),
  }),
  bcrypt: (password, salt) => ({ hash: bcrypt(password, { cost: 4, salt, version: '2y' }) }),
  scrypt: (password, salt) => ({
    hash: `$scrypt$ln=5,r=8,p=1$${b64(salt)}$${b64(scryptSync(password, salt, 32, { N: 32, r: 8, p: 1 }))}`,
  }),
  django: (password, salt) => ({
    hash: `pbkdf2_sha256$200$${salt.toString('hex')}$${pbkdf2Sync(password, salt.toString('hex'), 200, 32, 'sha256').toString('base64')}`,
  }),
  keycloak: (password, salt) => ({
    keycloak: {
      credentialData: JSON.stringify({ hashIterations: 100, algorithm: 'pbkdf2-sha512', additionalParameters: {} }),
      secretData: JSON.stringify({
        value: pbkdf2Sync(password, salt, 100, 64, 'sha512').toString('base64'),
        salt: salt.toString('base64'),
      }),
    },
  }),
  ssha: (password, salt) => ({
    hash: `{SSHA512}${Buffer.concat([createHash('sha512').update(password).update(salt).digest(), salt]).toString('base64')}`,
  }),
};
const names = Object.keys(kinds);
const kindOf = (n: number): string => names[n % names.length] ?? '';
const emailOf = (n: number): string => `${kindOf(n)}-${n}@import.test`;
const passwordOf = (n: number): string => `old pass ${n}`;

/** The first of each kind have hashes of their own; the others share one, which makes no difference to an import. */
function fileOfPeople(): string {
  const shared = new Map(names.map((kind) => [kind, kinds[kind]?.('not used', randomBytes(16))]));
  const lines = Array.from({ length: people }, (_, n) => {
    const own = n < perKind * names.length;
    const password = own ? kinds[kindOf(n)]?.(passwordOf(n), randomBytes(16)) : shared.get(kindOf(n));
    return JSON.stringify({
      email: emailOf(n),
      emailVerified: true,
      name: `Person ${n}`,
      groups: ['imported'],
      password,
    });
  });
  // Among them a few that cannot be: somebody twice, no address, a hash of no known kind.
  lines[700] = JSON.stringify({ email: emailOf(3).toUpperCase(), emailVerified: true });
  lines[1500] = JSON.stringify({ emailVerified: true });
  lines[9000] = JSON.stringify({ email: 'md5@import.test', password: { hash: randomBytes(16).toString('hex') } });
  return `${lines.join('\n')}\n`;
}

interface Report {
  readonly runId: string;
  readonly resumedAfter: number;
  readonly refusals: readonly { readonly line: number; readonly code: string }[];
}

describe('an import of ten thousand people', () => {
  let installation: Installation;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    installation = await Installation.start();
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'));
    file = join(folder, 'people.jsonl');
    writeFileSync(file, fileOfPeople());
  });

  afterAll(async () => {
    CommandProcess.clear();
    await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const command = (...args: string[]): CommandProcess =>
    new CommandProcess(['users', ...args], installation.settings());
  const run = (...args: string[]): Promise<CommandOutcome> => command(...args).finished();
  const done = async (): Promise<number> =>
    (await installation.query<{ lines: number }>('SELECT lines FROM import_runs'))[0]?.lines ?? 0;
  const counts = { lines: people, blank: 0, imported: people - 3, existing: 0, duplicates: 1, refused: 2 };
  const refusals = [
    { line: 1501, code: 'import.invalid_user' },
    { line: 9001, code: 'credentials.hash_unknown' },
  ];

  it('is rehearsed without a trace', async () => {
    const { code, stdout } = await run('import', file, '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, runId: null, ...counts, refusals });
    expect(code).toBe(2);
    expect([await installation.count('users'), await installation.count('import_runs')]).toEqual([0, 0]);
  });

  it('counts every line once although it was killed half-way, twice', async () => {
    for (const half of [3_000, 6_000]) {
      const killed = command('import', file, '--batch', '25');
      await until(`${half} lines to be imported`, async () => (await done()) >= half, 60_000);
      await killed.kill();
    }
    const before = await done();
    expect(before).toBeGreaterThanOrEqual(6_000);
    expect(before).toBeLessThan(people);
    expect(await installation.count('users')).toBe(before - 2);

    const report = join(folder, 'report.jsonl');
    const { code, stdout, stderr } = await run('import', file, '--resume', '--json', '--report', report);
    expect(stderr).toBe('');
    const result = JSON.parse(stdout) as Report;
    expect(result).toMatchObject({ dryRun: false, resumedAfter: before, ...counts, refusals, refusalsOmitted: 0 });
    expect(code).toBe(2);
    const reported = readFileSync(report, 'utf8').trimEnd().split('\n');
    expect(reported.map((line) => JSON.parse(line) as object)).toEqual(result.refusals);
    expect(statSync(report).mode & 0o777).toBe(0o600);

    expect(await installation.count('users')).toBe(people - 3);
    expect(await installation.count(`password_credentials WHERE hash LIKE 'foreign:%'`)).toBe(people - 3);
    expect(await installation.count('group_members')).toBe(people - 3);
    expect(await installation.count(`audit_events WHERE type = 'users.imported'`)).toBe(people - 3);
    const runs = await installation.query('SELECT *, finished_at IS NOT NULL AS finished FROM import_runs');
    expect(runs).toMatchObject([{ ...counts, finished: true }]);
    expect(await installation.count('mails')).toBe(0);
  });

  it.each(names)('lets fifty sign in whose password %s hashed, and hashes each anew', async (kind) => {
    const chosen = Array.from({ length: perKind * names.length }, (_, n) => n).filter((n) => kindOf(n) === kind);
    expect(chosen).toHaveLength(perKind);
    for (const n of chosen) await installation.signIn({ email: emailOf(n), password: passwordOf(n) });
    const [hashes] = await installation.query<{ anew: number; foreign: number }>(
      `SELECT (count(*) FILTER (WHERE hash LIKE '$argon2id$v=19$m=256,t=1,p=1$%'))::int AS anew,
         (count(*) FILTER (WHERE hash LIKE 'foreign:%'))::int AS foreign
       FROM password_credentials p JOIN users u ON u.id = p.user_id WHERE u.email_key = ANY ($1)`,
      [chosen.map(emailOf)],
    );
    expect(hashes).toEqual({ anew: perKind, foreign: 0 });
    const [n = 0] = chosen;
    await installation.signIn({ email: emailOf(n), password: passwordOf(n) });
    await expect(installation.signIn({ email: emailOf(n), password: `${passwordOf(n)}!` })).rejects.toThrow('401');
  });

  it('finds everybody there when it comes again by a pipe, and leaves again by one', async () => {
    const again = command('import', '-', '--json');
    again.feed(file);
    const { code, stdout } = await again.finished();
    expect(JSON.parse(stdout)).toMatchObject({ ...counts, imported: 0, existing: people - 2, duplicates: 0 });
    expect(code).toBe(2);

    const exported = await run('export');
    expect(exported.code).toBe(0);
    const lines = exported.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(people - 3);
    const into = join(folder, 'export.jsonl');
    const told = await run('export', '--out', into, '--json');
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout)).toEqual({ users: people - 3, withSecrets: false, out: into });
    expect(readFileSync(into, 'utf8')).toBe(exported.stdout);
    expect(statSync(into).mode & 0o777).toBe(0o600);
    const over = await run('export', '--out', into);
    expect([over.code, over.stderr]).toEqual([1, expect.stringContaining('EEXIST')]);
    expect(readFileSync(into, 'utf8')).toBe(exported.stdout);
  });
});
