import { existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type Finished, run } from './support/programs.js';
import { SourceCopy } from './support/repository.js';

/** scripts/start.mjs on a copy of the sources, whose cli says what it sees. */

let copy: SourceCopy;

const start = (args: readonly string[] = [], env: Record<string, string> = {}): Promise<Finished> =>
  run(process.execPath, ['scripts/start.mjs', 'cli', ...args], { cwd: copy.folder, env });

const writeCli = (word: string): void =>
  writeFileSync(
    copy.path('apps/cli/src/main.ts'),
    `console.log('${word}', process.argv.slice(2).join('+'), process.env['GATEHOUSE_PORT'], process.env['GATEHOUSE_HOST']);`,
  );

beforeAll(() => {
  copy = new SourceCopy();
  copy.reduce('errors', 'cli');
  writeCli('first');
});
afterAll(() => copy.remove());

describe('node scripts/start.mjs', () => {
  it('builds what was never built, and runs it with its arguments', async () => {
    const { code, output } = await start(['one', '--two']);
    expect(output).toMatch(/compiled[^]*first one\+--two undefined/);
    expect(code).toBe(0);
  });

  it('does not build again what has not changed', async () => {
    expect((await start()).output).toMatch(/^first /);
  });

  it('builds again when a source changed, appeared or went away', async () => {
    writeCli('second');
    expect((await start()).output).toMatch(/compiled[^]*second/);
    writeFileSync(copy.path('libs/errors/src/extra.ts'), 'export const extra = 1;\n');
    expect((await start()).output).toMatch(/compiled/);
    expect(existsSync(copy.path('dist/libs/errors/src/extra.js'))).toBe(true);
    rmSync(copy.path('libs/errors/src/extra.ts'));
    expect((await start()).output).toMatch(/compiled/);
    expect(existsSync(copy.path('dist/libs/errors/src/extra.js'))).toBe(false);
  });

  it('does not build for a changed test', async () => {
    utimesSync(copy.path('libs/errors/src/app-error.spec.ts'), new Date(), new Date());
    expect((await start()).output).toMatch(/^second /);
  });

  it('builds once when two start at the same time', async () => {
    writeCli('third');
    const both = await Promise.all([start(), start()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ output }) => output.includes('third'))).toEqual([true, true]);
    expect(both.filter(({ output }) => output.includes('compiled'))).toHaveLength(1);
  });

  it('reads .env, over which the environment wins', async () => {
    writeFileSync(copy.path('.env'), 'GATEHOUSE_PORT=4000\nGATEHOUSE_HOST="::1"\n');
    expect((await start()).output).toContain('third  4000 ::1');
    expect((await start([], { GATEHOUSE_PORT: '5000' })).output).toContain('third  5000 ::1');
  });

  it('names what can be started when it is not one of them', async () => {
    const { code, output } = await run(process.execPath, ['scripts/start.mjs', 'nothing'], { cwd: copy.folder });
    expect(output).toContain('all|api|worker|cli');
    expect(code).toBe(2);
  });

  it('runs what is built where nothing can build', async () => {
    rmSync(copy.path('node_modules'));
    writeCli('fourth');
    expect(await start()).toMatchObject({ code: 0, output: expect.stringMatching(/^third /) });
    rmSync(copy.path('dist'), { recursive: true });
    expect(await start()).toMatchObject({ code: 1, output: expect.stringContaining('npm install') });
  });
});
