import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { embeddedSecrets } from './embedded-secrets.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the keys of an embedded installation', () => {
  it('are readable by its user alone', () => {
    embeddedSecrets(join(folder, 'new', 'data'));
    expect(statSync(join(folder, 'new', 'data', 'keys.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new', 'data'))).toEqual(['keys.json']);
  });

  it('are refused, and kept, when damaged: new ones would make the data unreadable', () => {
    for (const content of ['', '{', '{}', '{"secretKey":"x","encryptionKeys":[]}']) {
      writeFileSync(join(folder, 'keys.json'), content);
      expect(() => embeddedSecrets(folder)).toThrow('is damaged');
      expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe(content);
    }
  });

  it('name the folder that cannot hold them', () => {
    mkdirSync(join(folder, 'keys.json'));
    expect(() => embeddedSecrets(folder)).toThrow(/GATEHOUSE_DATA_DIR: .*keys\.json .*\(EISDIR\)/);
    writeFileSync(join(folder, 'file'), '');
    expect(() => embeddedSecrets(join(folder, 'file'))).toThrow(/GATEHOUSE_DATA_DIR: /);
  });

  it('are the same for processes that make them at once', async () => {
    const program = resolve(__dirname, '../testing/print-embedded-secrets.ts');
    const loader = resolve(__dirname, '../../../test/support/source-process.cjs');
    const run = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, [loader, program, folder])).stdout;
    const outputs = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]).toBe(readFileSync(join(folder, 'keys.json'), 'utf8'));
  });
});
