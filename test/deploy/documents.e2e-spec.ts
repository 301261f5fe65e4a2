import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** How many requirements each section has. */
const chapters: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'V6, Authentication': { 6.1: 3, 6.2: 12, 6.3: 8, 6.4: 6, 6.5: 8, 6.6: 4, 6.7: 2, 6.8: 4 },
  'V7, Session Management': { 7.1: 3, 7.2: 4, 7.3: 2, 7.4: 5, 7.5: 3, 7.6: 2 },
};

interface Row {
  readonly requirement: string;
  readonly proof: string;
  readonly status: string;
  readonly tests: readonly { readonly path: string; readonly name: string }[];
}

const rows: readonly Row[] = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|(---|\s*(id|requirement) \|)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map((cells) => ({
    requirement: cells.slice(0, -2).join(' '),
    proof: cells.at(-2) ?? '',
    status: cells.at(-1) ?? '',
    tests: [...(cells.at(-2) ?? '').matchAll(/`([^`]+spec\.tsx?)` "([^"]+)"/g)].map(([, path = '', name = '']) => ({
      path,
      name,
    })),
  }));

describe('docs/security.md', () => {
  it('has rows, each with a status', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ status }) => !['met', 'partly', 'open', 'n/a'].includes(status))).toEqual([]);
  });

  it('says of what is not met what is missing, or why', () => {
    const unmet = rows.filter(({ status }) => status !== 'met');
    expect(
      unmet.filter(
        ({ status, proof }) => !/\w{4}/.test(status === 'partly' ? (proof.split('missing:')[1] ?? '') : proof),
      ),
    ).toEqual([]);
  });

  it.each(Object.entries(chapters))('has a row for every requirement of ASVS 5.0.0, chapter %s', (_, sections) => {
    const ids = Object.entries(sections).flatMap(([section, count]) =>
      Array.from({ length: count }, (__, at) => `${section}.${at + 1}`),
    );
    expect(ids.filter((id) => !rows.some(({ requirement }) => requirement.includes(`${id}[`)))).toEqual([]);
  });

  it('calls nothing met without a test', () => {
    expect(rows.filter(({ status, tests }) => status === 'met' && tests.length === 0)).toEqual([]);
  });

  it('names only tests that exist', () => {
    const named = rows.flatMap(({ tests }) => tests);
    const missing = named.filter(({ path, name }) => !existsSync(join(root, path)) || !read(path).includes(name));
    expect(missing).toEqual([]);
  });
});

describe('the documents', () => {
  it.each([
    'README.md',
    'ARCHITECTURE.md',
    'docs/security.md',
    'docs/authentication.md',
    'docs/import.md',
    'docs/performance.md',
  ])('lead nowhere that does not exist: %s', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    const folder = join(root, document, '..');
    expect(links.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...(read('README.md') + read('ARCHITECTURE.md')).matchAll(/npm run ([\w:]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
