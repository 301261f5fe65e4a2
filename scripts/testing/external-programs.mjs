import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these names that is an executable on the PATH, as a path; undefined when none is. */
export function onPath(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

export const findRedisServer = () => onPath('redis-server', 'valkey-server');

/** CHROMIUM_PATH, or a Chromium where the system's packages put it. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : undefined;
  return onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
}

/** The folder of the server programs of the oldest PostgreSQL that is supported, where a package installed it. */
export function findPostgres15() {
  const folders = ['/usr/lib/postgresql/15/bin', '/usr/pgsql-15/bin', '/opt/homebrew/opt/postgresql@15/bin'];
  return folders.find((folder) => existsSync(folder) && readdirSync(folder).includes('initdb'));
}

/** An Apache that can load mod_auth_openidc, where Debian's packages put both. */
export function findApache() {
  const program = onPath('apache2') ?? (existsSync('/usr/sbin/apache2') ? '/usr/sbin/apache2' : undefined);
  return existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so') ? program : undefined;
}
