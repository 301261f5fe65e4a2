import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The levels of the requirements of each section of ASVS 5.0.0, in their order: one digit a requirement. */
const chapters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'V6, Authentication': {
    6.1: '122',
    6.2: '111111112222',
    6.3: '11223333',
    6.4: '112233',
    6.5: '22222333',
    6.6: '2223',
    6.7: '33',
    6.8: '2222',
  },
  'V7, Session Management': { 7.1: '222', 7.2: '1111', 7.3: '22', 7.4: '11222', 7.5: '223', 7.6: '22' },
  'V9, Self-contained Tokens': { 9.1: '111', 9.2: '1222' },
  'V10, OAuth and OIDC': {
    10.1: '22',
    10.2: '223',
    10.3: '22223',
    10.4: '1111122222233333',
    10.5: '22222',
    10.6: '22',
    10.7: '222',
  },
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
    const wanted = Object.entries(sections).flatMap(([section, levels]) =>
      [...levels].map((level, at) => `${section}.${at + 1}[${level}]`),
    );
    const named = rows.flatMap(({ requirement }) =>
      [...requirement.matchAll(/(?<![\d.])\d+\.\d+\.\d+\[\d\]/g)].map(String),
    );
    expect(wanted.filter((id) => !named.includes(id))).toEqual([]);
    const chapter = `${Object.keys(sections)[0]?.split('.')[0]}.`;
    expect(named.filter((id) => id.startsWith(chapter) && !wanted.includes(id))).toEqual([]);
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
    'docs/indieauth.md',
    'docs/openid-provider.md',
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
