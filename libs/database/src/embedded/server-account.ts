import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The user that PostgreSQL runs as; undefined: the one that runs this process. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it another account: the owner of the data if there is any,
 * else `postgres`, made where it is missing, else `nobody`.
 */
export function serverAccount(dataFolder: string): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(dataFolder) ?? accountNamed('postgres') ?? createdAccount() ?? accountNamed('nobody') ?? noAccount();
}

function ownerOf(folder: string): ServerAccount | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

function accountNamed(name: string): ServerAccount | undefined {
  try {
    return { uid: idOf('-u', name), gid: idOf('-g', name) };
  } catch {
    return undefined;
  }
}

const idOf = (option: string, name: string): number =>
  Number(execFileSync('id', [option, name], { stdio: ['ignore', 'pipe', 'ignore'] }));

/** Debian and Red Hat have useradd, Alpine has adduser. */
function createdAccount(): ServerAccount | undefined {
  const commands: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']],
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', 'postgres']],
  ];
  for (const [command, options] of commands) {
    try {
      execFileSync(command, options, { stdio: 'ignore' });
      return accountNamed('postgres');
    } catch {
      continue;
    }
  }
  return undefined;
}

function noAccount(): never {
  throw new Error(
    'PostgreSQL does not run as root, and no other account could be found or made for it. Start Gatehouse as an ' +
      'ordinary user, or set GATEHOUSE_DATABASE_URL.',
  );
}
