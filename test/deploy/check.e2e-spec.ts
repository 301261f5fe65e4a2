import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { run, type Finished } from './support/programs.js';
import { SourceCopy } from './support/repository.js';

/** `npm run check` on a copy of the sources in which something forbidden is planted. */

let copy: SourceCopy;

beforeEach(() => {
  copy = new SourceCopy();
});
afterEach(() => copy.remove());

const check = (...parts: string[]): Promise<Finished> =>
  run(process.execPath, ['scripts/check.mjs', ...parts], { cwd: copy.folder });

function plant(path: string, line: string): void {
  appendFileSync(copy.path(path), `\n${line}\n`);
}

describe('npm run check', () => {
  it('finds nothing to forbid in the imports as they are', async () => {
    expect(await check('imports')).toMatchObject({ code: 0, output: expect.stringMatching(/^ok +imports/m) });
  });

  it('fails on every kind of forbidden import, and names each', async () => {
    // A lib that imports one above it, an app, the inside of another lib, another's HTTP face, a package that images
    // lack, and another lib by a relative path; an app that imports the inside of a lib; a cycle between files.
    plant('libs/errors/src/app-error.ts', `export { randomToken } from '@app/crypto';`);
    writeFileSync(copy.path('libs/errors/src/one.ts'), `export { two } from './two.js';\nexport const one = 1;\n`);
    writeFileSync(copy.path('libs/errors/src/two.ts'), `export { one } from './one.js';\nexport const two = 2;\n`);
    plant('libs/users/src/index.ts', `export { entities } from '../../../apps/entities.js';`);
    plant('libs/tokens/src/index.ts', `export { Database as Inner } from '@app/database/database';`);
    plant('libs/tokens/src/index.ts', `export * from '@app/health/http';`);
    plant('libs/tokens/src/index.ts', `export { default as yaml } from 'yaml';`);
    plant('libs/tokens/src/index.ts', `export { AppError } from '../../errors/src/index.js';`);
    plant('apps/entities.ts', `export { Database as Inner } from '@app/database/database';`);
    const { code, output } = await check('imports');
    expect(output).toMatch(/cycle: libs\/errors\/src\/(one|two)\.ts/);
    for (const fault of [
      'not-listed-for-errors: libs/errors/src/app-error.ts → libs/crypto/src/index.ts',
      'lib-to-app: libs/users/src/index.ts → apps/entities.ts',
      'not-listed-for-tokens: libs/tokens/src/index.ts → libs/database/src/database.ts',
      'not-listed-for-tokens: libs/tokens/src/index.ts → libs/health/src/http.ts',
      'development-package-in-product: libs/tokens/src/index.ts → ',
      'relative-import-leaves-lib: libs/tokens/src/index.ts → libs/errors/src/index.ts',
      'inside-of-a-lib: apps/entities.ts → libs/database/src/database.ts',
    ]) {
      expect(output).toContain(fault);
    }
    expect(code).toBe(1);
  });

  it('fails on a cycle in the list of allowed imports', async () => {
    const list = copy.path('libs/allowed-imports.json');
    writeFileSync(list, readFileSync(list, 'utf8').replace('"errors": []', '"errors": ["users"]'));
    const { code, output } = await check('imports');
    expect(output).toMatch(/allowed-imports\.json: cycle in the list: .*errors/);
    expect(code).toBe(1);
  });

  it('fails on a lib that the list does not name', async () => {
    mkdirSync(copy.path('libs/misc/src'), { recursive: true });
    const { code, output } = await check('imports');
    expect(output).toContain('lib misc is not in the list');
    expect(code).toBe(1);
  });

  it('fails on a type error and on a promise that nobody waits for', async () => {
    copy.reduce('errors', 'cli');
    plant('libs/errors/src/index.ts', 'export const wrong: number = String(1);');
    plant('libs/errors/src/index.ts', 'export function forget(): void { Promise.resolve(1); }');
    const { code, output } = await check('types', 'lint');
    expect(output).toContain('error TS2322');
    expect(output).toContain('@typescript-eslint/no-floating-promises');
    expect(code).toBe(1);
  });
});
