import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** How to reach the embedded database; kept in `DATA_DIR/database.json`, mode 0600. */
export interface Access {
  readonly port: number;
  /** Of the server's process; it may have ended since. */
  readonly pid: number;
  readonly superuserPassword: string;
  readonly ownerPassword: string;
  readonly appPassword: string;
}

export const embeddedDatabase = 'gatehouse';
export const ownerRole = 'gatehouse_owner';
export const appRole = 'gatehouse_app';

/** The passwords of this folder's database: read, or made at the first start. Two first starts agree on one set. */
export function readOrMakeAccess(dataDir: string): Access {
  const known = readAccess(dataDir);
  if (known) return known;
  mkdirSync(dataDir, { recursive: true });
  const made: Access = {
    port: 0,
    pid: 0,
    superuserPassword: randomPassword(),
    ownerPassword: randomPassword(),
    appPassword: randomPassword(),
  };
  const temporary = writeTemporary(dataDir, made);
  try {
    // Unlike rename, link does not replace: of two first starts the later one takes over the earlier's passwords.
    linkSync(temporary, accessFile(dataDir));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
  return readAccess(dataDir) ?? made;
}

export function readAccess(dataDir: string): Access | undefined {
  try {
    return JSON.parse(readFileSync(accessFile(dataDir), 'utf8')) as Access;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${accessFile(dataDir)} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Notes where the server runs now. The file stays its owner's, also when root writes it. */
export function writeAccess(dataDir: string, access: Access): void {
  const { uid, gid } = statSync(accessFile(dataDir));
  const temporary = writeTemporary(dataDir, access);
  if (process.getuid?.() === 0) chownSync(temporary, uid, gid);
  renameSync(temporary, accessFile(dataDir));
}

/** The URL of one of the embedded database's roles. */
export const accessUrl = (role: string, password: string, port: number, database = embeddedDatabase): string =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;

export const accessFile = (dataDir: string): string => join(dataDir, 'database.json');

const randomPassword = (): string => randomBytes(24).toString('base64url');

function writeTemporary(dataDir: string, access: Access): string {
  const file = `${accessFile(dataDir)}.${process.pid}`;
  const handle = openSync(file, 'w', 0o600);
  writeSync(handle, JSON.stringify(access, undefined, 2));
  fsyncSync(handle);
  closeSync(handle);
  return file;
}
