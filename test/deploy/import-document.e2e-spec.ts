import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal, readLine } from '../../libs/authentication/src/import/import-line.js';
import { bounds } from '../../libs/credentials/src/foreign-hash/foreign-hash.js';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'import.md'), 'utf8');
const examples = [...page.matchAll(/```jsonl\n([^]*?)```/g)].flatMap(([, lines = '']) => lines.trimEnd().split('\n'));

/** The codes that a source file gives lines, by the function that makes them. */
const codesIn = (path: string, made: RegExp): string[] =>
  [...readFileSync(join(root, 'libs', path), 'utf8').matchAll(made)].map(([, code = '']) => code);

describe('docs/import.md', () => {
  it('has an example of every kind of hash', () => {
    const kinds = readdirSync(join(root, 'libs/credentials/src/foreign-hash'));
    expect(kinds).toEqual(
      expect.arrayContaining(['argon2.ts', 'bcrypt.ts', 'keycloak.ts', 'pbkdf2.ts', 'salted-sha.ts', 'scrypt.ts']),
    );
    for (const sign of ['$argon2id$', '$2b$', '$scrypt$', 'pbkdf2_sha256$', '$pbkdf2-', '"keycloak"', '{SSHA}']) {
      expect(examples.filter((line) => line.includes(sign))).not.toEqual([]);
    }
  });

  it.each(examples)('gives only lines that are taken: %s', (line) => {
    const read = readLine({ number: 1, bytes: Buffer.from(line) }, 'localhost');
    expect(read && (isRefusal(read) ? read : read.user.email.address)).toBe(
      (JSON.parse(line) as { email: string }).email,
    );
  });

  it('names every code that a line can be refused with, and no other', () => {
    const table = page.slice(page.indexOf('### Why a line is refused'), page.indexOf('## Export'));
    const named = [...table.matchAll(/`((?:import|users|credentials)\.\w+)`/g)].map(([, code = '']) => code);
    const given = [
      ...codesIn('authentication/src/import/import.errors.ts', /refusal\(\s*'(\w+)'/g).map((code) => `import.${code}`),
      ...codesIn('credentials/src/foreign-hash/foreign-hash.ts', /'(credentials\.\w+)'/g),
      'users.email_invalid',
      'users.username_taken',
    ];
    expect(named.sort()).toEqual(given.sort());
  });

  it('tells the bounds that are in force', () => {
    const { argon2, bcryptCost, pbkdf2Iterations, scrypt } = bounds;
    expect(page).toContain(
      `| ${argon2.memoryKib / 1024} MiB, ${argon2.timeCost} passes, ${argon2.parallelism} lanes |`,
    );
    expect(page).toContain(`| cost ${bcryptCost} |`);
    expect(page).toContain(`| ${pbkdf2Iterations.toLocaleString('en')} iterations`);
    expect(page).toContain(`| ${scrypt.memoryBytes / 2 ** 20} MiB; memory times p ${scrypt.workBytes / 2 ** 30} GiB |`);
  });
});
