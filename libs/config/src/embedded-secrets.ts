import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface EmbeddedSecrets {
  readonly secretKey: string;
  readonly encryptionKeys: string[];
}

/**
 * The keys of an embedded installation: made at its first start, kept in `dataDir/keys.json` (mode 0600) beside
 * the data they protect.
 */
export function embeddedSecrets(dataDir: string): EmbeddedSecrets {
  const file = join(dataDir, 'keys.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EmbeddedSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets = {
    secretKey: randomBytes(32).toString('base64url'),
    encryptionKeys: [`k1:${randomBytes(32).toString('base64')}`],
  };
  mkdirSync(dataDir, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  const handle = openSync(temporary, 'w', 0o600);
  writeSync(handle, JSON.stringify(secrets));
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
  return secrets;
}
