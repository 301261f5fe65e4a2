import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresBinaries } from './binaries.js';
import { reachableHome } from './reachable-binaries.js';
import { serverAccount } from './server-account.js';

describe('the embedded PostgreSQL programs', () => {
  it('are found in node_modules, with their version', () => {
    const binaries = postgresBinaries();
    expect(existsSync(join(binaries.home, 'bin', 'postgres'))).toBe(true);
    expect(binaries.version.startsWith(`${binaries.major}.`)).toBe(true);
  });

  it('are optional: without them, the message says what to set', () => {
    expect(() => postgresBinaries('/')).toThrow(/set GATEHOUSE_DATABASE_URL/);
  });

  it('run where they are for an ordinary user', () => {
    const binaries = postgresBinaries();
    expect(reachableHome(binaries, undefined)).toBe(binaries.home);
  });

  const onlyAsRoot = process.getuid?.() === 0 ? it : it.skip;

  onlyAsRoot('are copied, once, where another account reaches them, from a checkout closed to it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-binaries-'));
    try {
      chmodSync(folder, 0o755);
      const home = join(folder, 'closed', 'native');
      mkdirSync(join(folder, 'closed'), { mode: 0o700 });
      cpSync(postgresBinaries().home, home, { recursive: true, verbatimSymlinks: true });
      const closed = { home, version: '18.0.0', major: '18' };
      const shelter = join(folder, 'shelter');
      const account = serverAccount(join(folder, 'none'));
      const copy = join(shelter, 'postgres-18.0.0');
      expect(reachableHome(closed, account, shelter)).toBe(copy);
      rmSync(home, { recursive: true });
      expect(reachableHome(closed, account, shelter)).toBe(copy);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
