import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';

export interface EmbeddedSecrets {
  readonly secretKey: string;
  readonly encryptionKeys: string[];
}

/**
 * The keys of an embedded installation: made at its first start, kept in `dataDir/keys.json` (mode 0600) beside
 * the data they protect.
 * @throws ConfigurationError when they can be neither read nor made
 */
export function embeddedSecrets(dataDir: string): EmbeddedSecrets {
  const file = join(dataDir, 'keys.json');
  try {
    return read(file) ?? make(dataDir, file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([`GATEHOUSE_DATA_DIR: ${file} can be neither read nor made (${code})`]);
  }
}

function read(file: string): EmbeddedSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const secrets = parse(text);
  if (!secrets) {
    throw new ConfigurationError([
      `GATEHOUSE_DATA_DIR: ${file} is damaged; restore it from a backup, the data cannot be read without it`,
    ]);
  }
  return secrets;
}

function parse(text: string): EmbeddedSecrets | undefined {
  try {
    const { secretKey, encryptionKeys } = JSON.parse(text) as Partial<EmbeddedSecrets>;
    return typeof secretKey === 'string' && Array.isArray(encryptionKeys) && encryptionKeys.length > 0
      ? { secretKey, encryptionKeys }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Of two processes that make the keys at once, both go on with those of the first. */
function make(dataDir: string, file: string): EmbeddedSecrets {
  const secrets = {
    secretKey: randomBytes(32).toString('base64url'),
    encryptionKeys: [`k1:${randomBytes(32).toString('base64')}`],
  };
  mkdirSync(dataDir, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, JSON.stringify(secrets));
    fsyncSync(handle);
    linkSync(temporary, file);
    return secrets;
  } catch (error) {
    const first = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined;
    if (!first) throw error;
    return first;
  } finally {
    closeSync(handle);
    rmSync(temporary, { force: true });
  }
}
