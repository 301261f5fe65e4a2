import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../support/databases.js';
import { type CommandOutcome, CommandProcess } from './support/command.js';
import { Installation } from './support/installation.js';

describe('the command gatehouse', () => {
  let installation: Installation;
  let folder: string;

  beforeAll(async () => {
    installation = await Installation.start({ worker: false });
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-command-'));
  });

  afterAll(async () => {
    CommandProcess.clear();
    await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: readonly string[], settings: Record<string, string> = {}): Promise<CommandOutcome> =>
    new CommandProcess(args, { ...installation.settings(), ...settings }).finished();

  it.each([
    [
      ['users', 'import', '--help'],
      /^Usage: gatehouse users import <file\|->[^]*--dry-run[^]*--resume[^]*Exit code: 0/,
    ],
    [['users', 'export', '-h'], /^Usage: gatehouse users export[^]*--with-secrets[^]*Exit code: 0/],
    [['rotate-keys', '--help'], /^Usage: gatehouse rotate-keys\n\n {2}publish/],
    [['help'], /^Usage: gatehouse <command>[^]*users import/],
    [['--help'], /^Usage: gatehouse <command>/],
  ])('explains itself where it is asked to, and does nothing: %j', async (args, wording) => {
    expect(await run(args)).toEqual({ code: 0, stdout: expect.stringMatching(wording), stderr: '' });
  });

  it.each([
    [['users', 'import'], /^Name one file[^]*\nUsage: gatehouse users import/],
    [['users', 'import', 'a', 'b'], /^Name one file[^]*\nUsage/],
    [['users', 'import', 'a', '--batch', '0'], /^--batch takes 1 to 1000\.\n\nUsage/],
    [['users', 'import', 'a', '--dry-run', '--resume'], /^--dry-run begins nothing/],
    [['users', 'import', 'a', '--force'], /^Unknown option '--force'[^]*\nUsage/],
    [['users', 'import', '/nonexistent/people.jsonl'], /^ENOENT.*people\.jsonl'\n$/],
    [['users', 'import', __filename, '--resume'], /^import\.nothing_to_resume: There is no unfinished import/],
    [['users', 'import', __filename, '--report', '/nonexistent/report'], /^ENOENT.*report'\n$/],
    [['users', 'export', '--nowhere'], /^Unknown option '--nowhere'[^]*\nUsage/],
    [['users', 'export', '--json'], /^--json goes with --out/],
  ])('says what is wrong, and ends with 1: %j', async (args, wording) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(wording);
    expect(stderr).not.toContain('    at ');
  });

  it('names its commands where it is given none of them, and ends with 2', async () => {
    const { code, stdout, stderr } = await run(['user', 'import']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Usage: gatehouse <command>/);
  });

  it('publishes a new signing key of each algorithm', async () => {
    const before = await installation.count('signing_keys');
    const { code, stdout } = await run(['rotate-keys']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Published: \S+, \S+/);
    expect(await installation.count('signing_keys')).toBe(before + 2);
  });

  it('ends on a database that was not migrated, and says so', async () => {
    const empty = await createTestDatabase({ empty: true });
    try {
      const { code, stdout, stderr } = await run(['users', 'export'], { GATEHOUSE_DATABASE_URL: empty.url });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/migrate/);
      expect(stderr).not.toContain('    at ');
    } finally {
      await empty.drop();
    }
  });

  it('shows an import to people as it does to programs', async () => {
    const file = join(folder, 'people.jsonl');
    writeFileSync(file, '{"email":"ada@example.test"}\n\n{"email":"ADA@example.test"}\nsecret\n');
    const rehearsed = await run(['users', 'import', file, '--dry-run']);
    expect(rehearsed).toEqual({ code: 2, stderr: '', stdout: expect.stringMatching(/^Nothing was written\.\n/) });
    const { code, stdout } = await run(['users', 'import', file]);
    expect(code).toBe(2);
    expect(stdout).toBe(
      [
        'lines              4',
        'imported           1',
        'had an account     0',
        'twice in the file  1',
        'refused            1',
        'blank              1',
        'line 4: import.not_json: The line is not one JSON object.',
        '',
      ].join('\n'),
    );
    writeFileSync(file, '{"email":"bea@example.test"}');
    expect((await run(['users', 'import', file])).code).toBe(0);
  });
});
