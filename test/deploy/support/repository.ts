import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
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

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** True where `path` below the repository is there; a compiled path is looked for as its source. */
export function hasSource(path: string): boolean {
  return existsSync(join(root, path.replace(/^dist\//, '').replace(/\.js$/, '.ts')));
}
