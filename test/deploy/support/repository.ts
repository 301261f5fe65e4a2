import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '..', '..', '..');

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

const sources = [
  ...['apps', 'libs', 'migrations', 'scripts', 'package.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'],
  ...['.dependency-cruiser.mjs', 'eslint.config.mjs'],
];

/** A copy of the sources in a temporary folder, with the packages of this installation, to change at will. */
export class SourceCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-copy-'));

  constructor() {
    for (const path of sources) cpSync(join(root, path), join(this.folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Leaves one lib and one app with a main of one line, where only the tools are looked at: they are fast then. */
  reduce(lib: string, app: string): void {
    const leave = (folder: string, ...kept: string[]): void => {
      for (const name of readdirSync(this.path(folder)))
        if (!kept.includes(name)) rmSync(this.path(folder, name), { recursive: true });
    };
    leave('libs', lib, 'allowed-imports.json');
    leave('apps', app, 'all');
    leave('migrations');
    for (const one of [app, 'all']) {
      leave(`apps/${one}/src`);
      writeFileSync(this.path('apps', one, 'src', 'main.ts'), `console.log('${one}');\n`);
    }
    writeFileSync(this.path('migrations', 'index.ts'), 'export const migrations = [];\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** True where `path` below the repository is there; a compiled path is looked for as its source. */
export function hasSource(path: string): boolean {
  return existsSync(join(root, path.replace(/^dist\//, '').replace(/\.js$/, '.ts')));
}
