import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { until } from '../support/smtp.js';

const root = join(__dirname, '..', '..');

/** The commands that the README tells a newcomer to type, as they stand there. */
const tour = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh tour\n([\s\S]*?)```/g)]
  .map(([, commands]) => commands)
  .join('\necho; echo "== next"\n');

/** What the tour is typed into; a machine with nothing but Node lacks them. */
const canTour = spawnSync('bash', ['-c', 'curl --version']).status === 0;

describe('the tour of the README', () => {
  let dataDir: string;
  let url: string;
  let server: ChildProcess;
  let output = '';

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-tour-'));
    const port = await usablePort(0);
    url = `http://localhost:${port}`;
    const settings = { GATEHOUSE_PORT: String(port), GATEHOUSE_DATA_DIR: dataDir, GATEHOUSE_LOG_LEVEL: 'warn' };
    const { PATH, HOME } = process.env;
    server = spawn(process.execPath, [join(root, 'scripts/start.mjs'), 'all'], {
      cwd: root,
      env: { PATH, HOME, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (text: Buffer) => (output += text.toString()));
    await until(
      'the server',
      async () => {
        if (server.exitCode !== null) throw new Error(output);
        return fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      90_000,
    );
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('greets with what a newcomer needs', async () => {
    await until('the greeting', () => output.includes('/link/first-admin/'));
    expect(output).toContain(`is running at ${url}`);
    expect(output).toContain(`${url}/docs`);
    expect(output).toContain(`${url}/dev/mail`);
    expect(output).toMatch(new RegExp(`${url}/link/first-admin/[\\w-]{43}`));
  });

  (canTour ? it : it.skip)('goes as it is told', async () => {
    const { PATH, HOME } = process.env;
    const { stdout } = await promisify(execFile)('bash', ['-c', tour], { env: { PATH, HOME, API: url } });
    const [, registered = '', me = '', , replayed = '', reset = '', byMail = ''] = stdout.split('== next');
    expect(registered).toContain('{"status":"accepted"}');
    expect(registered).toContain('{"status":"verified"}');
    expect(me).toContain('"email":"ada@example.org"');
    expect(replayed).toContain('sessions.refresh_token_reused');
    expect(replayed).toContain('sessions.refresh_token_invalid');
    expect(replayed).toContain('Security alert');
    expect(reset).toContain('{"status":"accepted"}');
    expect(reset).toContain('http.unauthenticated');
    expect(byMail).toContain('authentication.magic_link_elsewhere');
    expect(byMail).toContain('authenticated');
    expect(stdout).not.toMatch(/undefined|http\.(?:invalid|internal)/);
  });
});
