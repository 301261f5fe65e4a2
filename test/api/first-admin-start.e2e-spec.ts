import { FirstAdmin } from '@app/authentication';
import { createLogger } from '@app/http';
import { AllModule } from '../../apps/all/src/all.module.js';
import { createApi } from '../../apps/api/src/bootstrap.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { type App, startApp } from '../support/app.js';
import { AppProcess } from '../support/app-process.js';
import { ensureBuilt } from '../support/built.js';
import { accepted, type Person, registerAndVerify, signIn, someone } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';

const root: Person = { email: 'root@example.test', password: 'lantern of the first admin' };
const settingsOf = ({ email, password }: Person): Record<string, string> => ({
  GATEHOUSE_ADMIN_EMAIL: email,
  GATEHOUSE_ADMIN_PASSWORD: password,
});

describe(`the first administrator at the start, queue on ${queueBackend}`, () => {
  let app: App;

  beforeEach(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterEach(() => app.stop());

  const admins = (): Promise<{ email: string; status: string }[]> =>
    app.sql(`SELECT email, status FROM users WHERE 'admin' = ANY (roles)`);
  const login = ({ email: identifier, password }: Person): ReturnType<App['api']['post']> =>
    app.api.post('/v1/auth/login', { identifier, password });

  it('does not exist, nor does any other account, until somebody makes one', async () => {
    for (const table of ['users', 'password_credentials', 'pending_registrations', 'groups', 'sessions']) {
      expect(await app.sql(`SELECT 1 FROM ${table}`)).toEqual([]);
    }
    const names = ['admin', 'administrator', 'root', 'gatehouse', 'test', 'admin@example.com', 'admin@localhost'];
    const passwords = ['admin', 'password', 'changeme', 'gatehouse', 'admin123', 'change me please now'];
    for (const identifier of names) {
      for (const password of passwords) {
        expect((await app.api.post('/v1/auth/login', { identifier, password })).status).toBe(401);
      }
    }
  });

  it('comes from the settings once, of however many processes start at once', async () => {
    const settings = settingsOf(root);
    const start = (): Promise<App> => startApp({ queue: queueBackend, beside: app, settings });
    const processes = await Promise.all([start(), start(), start()]);
    try {
      expect(await admins()).toEqual([{ email: root.email, status: 'active' }]);
      expect(await auditTrail(app)).toMatchObject([
        { type: 'authentication.first_admin_created', actorId: null, address: null, requestId: null },
      ]);
      const telling = processes.filter(({ logLines }) => logLines.some((line) => line.includes('was created from')));
      expect(telling).toHaveLength(1);
      for (const { logLines } of processes) expect(logLines.join('')).not.toContain(root.password);
      expect(accepted(await login(root), 200)).toMatchObject({ status: 'password_change_required' });
    } finally {
      await Promise.all(processes.map((process) => process.stop()));
    }
  });

  it('keeps the password of the settings where the database is the embedded one', async () => {
    const { config } = app;
    const embedded = { ...config, runtime: { ...config.runtime, embedded: true }, admin: root };
    const server = await createApi(
      AllModule.forRoot(embedded as typeof config),
      config,
      createLogger('silent', 'test'),
    );
    await server.close();
    expect(await admins()).toHaveLength(1);
    const tokens = await signIn(app, root);
    accepted(await app.api.as(tokens.accessToken).get('/v1/admin/users'), 200);
  });

  it('is not made again, nor changed, by later settings, whatever they are', async () => {
    const restart = async (person: Person): Promise<void> => {
      await (await startApp({ queue: queueBackend, beside: app, settings: settingsOf(person) })).stop();
    };
    await restart(root);
    await restart({ ...root, password: 'another lantern entirely' });
    await restart({ email: 'second@example.test', password: 'short' });
    expect(await admins()).toEqual([{ email: root.email, status: 'active' }]);
    expect((await login({ ...root, password: 'another lantern entirely' })).status).toBe(401);
    expect((await login(root)).status).toBe(200);
  });

  it.each<[string, Person, string]>([
    ['is too short', { ...root, password: 'short lamp' }, 'GATEHOUSE_ADMIN_PASSWORD'],
    ['is among the first that are tried', { ...root, password: 'passwordpassword' }, 'GATEHOUSE_ADMIN_PASSWORD'],
    ['belongs to an account already', { ...root, email: 'taken@example.test' }, 'GATEHOUSE_ADMIN_EMAIL'],
  ])('stops the start, naming the setting, where it %s', async (_, person, setting) => {
    await registerAndVerify(app, someone('taken', { email: 'taken@example.test' }));
    ensureBuilt();
    const process = new AppProcess({
      program: 'dist/apps/all/src/main.js',
      settings: await processSettings(person),
      started: /"msg":"serving"/,
    });
    await expect(process.start()).rejects.toThrow('ended at its start');
    expect(await process.exited()).not.toBe(0);
    expect(process.log).toContain(`${setting}: `);
    expect(process.log).not.toContain(person.password);
    expect(await admins()).toEqual([]);
  });

  it('is one, where two press the button of the same link at the same moment', async () => {
    const link = (await app.get(FirstAdmin).issueLink())!;
    const browsers = [new PageBrowser(app.url), new PageBrowser(app.url)];
    const pages = await Promise.all(browsers.map((browser) => browser.visit(link)));
    const newPassword = 'meadow lantern hollow 7';
    const answers = await Promise.all(
      browsers.map((browser, at) =>
        browser.submit(pages[at]!, { email: `root${at}@example.test`, newPassword, repeatPassword: newPassword }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect(await admins()).toHaveLength(1);
    expect(await auditTrail(app, 'authentication.first_admin_created')).toMatchObject([{ address: '127.0.0.1' }]);
  });

  it('is no account that exists already, and the link goes on working', async () => {
    const person = await registerAndVerify(app);
    const newPassword = 'meadow lantern hollow 7';
    const browser = new PageBrowser(app.url);
    const asked = await browser.visit((await app.get(FirstAdmin).issueLink())!);
    const typed = { newPassword, repeatPassword: newPassword };
    const refused = await browser.submit(asked, { ...typed, email: person.email.toUpperCase() });
    expect(refused.status).toBe(422);
    expect((await login({ ...person, password: newPassword })).status).toBe(401);
    expect((await browser.submit(refused, { ...typed, email: root.email })).status).toBe(303);
    expect(await admins()).toEqual([{ email: root.email, status: 'active' }]);
  });

  it('comes from no link that is older than a day', async () => {
    const link = (await app.get(FirstAdmin).issueLink())!;
    await app.pass(24 * 3600 - 60);
    expect((await new PageBrowser(app.url).visit(link)).status).toBe(200);
    await app.pass(120);
    expect((await new PageBrowser(app.url).visit(link)).status).toBe(410);
  });

  /** What a process of its own needs to start on this app's database. */
  async function processSettings(person: Person): Promise<Record<string, string>> {
    const port = await usablePort(0);
    return {
      ...settingsOf(person),
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_PORT: String(port),
      GATEHOUSE_PUBLIC_URL: `http://127.0.0.1:${port}`,
      GATEHOUSE_DATABASE_URL: app.database.url,
      GATEHOUSE_SECRET_KEY: app.config.crypto.secretKey,
      GATEHOUSE_ENCRYPTION_KEYS: app.config.crypto.encryptionKeys
        .map(({ kid, key }) => `${kid}:${key.toString('base64')}`)
        .join(),
      GATEHOUSE_SMTP_HOST: '127.0.0.1',
      GATEHOUSE_SMTP_PORT: String(app.mailbox.smtp.port),
      GATEHOUSE_SMTP_FROM: 'gatehouse@id.example.test',
      GATEHOUSE_SMTP_USE_TLS: 'false',
      GATEHOUSE_ARGON2_MEMORY_KIB: '64',
      GATEHOUSE_ARGON2_TIME_COST: '1',
      ...(app.redisUrl === undefined ? {} : { GATEHOUSE_REDIS_URL: app.redisUrl }),
    };
  }
});
