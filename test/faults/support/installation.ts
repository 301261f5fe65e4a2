import { usablePort } from '../../../libs/database/src/embedded/port.js';
import { ApiClient } from '../../support/api-client.js';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/databases.js';
import { AppProcess } from '../../support/app-process.js';
import { ensureBuilt } from '../../support/built.js';
import { adoptSigningKeys, encryptionKeys } from '../../support/signing-keys.js';
import { SmtpCatcher } from '../../support/smtp.js';
import { linkToken } from './links.js';

/** An API process and a client for it. */
export interface Api {
  readonly process: AppProcess;
  readonly url: string;
  readonly client: ApiClient;
}

export interface Person {
  readonly email: string;
  readonly password: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface InstallationOptions {
  /** API processes; 1 by default. */
  readonly apis?: number;
  /** Whether a worker runs from the start; it does by default. */
  readonly worker?: boolean;
  readonly redisUrl?: string | undefined;
  readonly settings?: Readonly<Record<string, string>>;
  /** How processes reach the database, where something is to stand between. */
  readonly databaseUrl?: (database: TestDatabase) => Promise<string>;
}

const password = 'violet harbour lantern';

/** Far beyond what a test does, except where a test is about limits. */
const noLimits = [
  'register.address',
  'verify.address',
  'login.address',
  'login.account',
  'login.pair',
  'login.device',
  'forgot.address',
  'reset.address',
  'magic_link.address',
  'magic_link.account',
  'magic_link.redeem',
  'magic_link.code',
  'oauth_token.address',
  'oauth_token.client',
]
  .map((rule) => `${rule}=1000000/3600`)
  .join();

/** Gatehouse as it is deployed: API processes and a worker on one database, with a real mail server behind. */
export class Installation {
  readonly apis: Api[] = [];
  private ownWorker: AppProcess | undefined;
  private people = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly smtp: SmtpCatcher,
    private readonly databaseUrl: string,
    /** PUBLIC_URL of every process: that of the first API. */
    readonly publicUrl: string,
    private readonly options: InstallationOptions,
  ) {}

  static async start(options: InstallationOptions = {}): Promise<Installation> {
    ensureBuilt();
    const database = await createTestDatabase();
    await withClient(database.ownerUrl, adoptSigningKeys);
    const smtp = await SmtpCatcher.start();
    const port = await usablePort(0);
    const databaseUrl = (await options.databaseUrl?.(database)) ?? database.url;
    const installation = new Installation(database, smtp, databaseUrl, `http://localhost:${port}`, options);
    const apis = Array.from({ length: options.apis ?? 1 }, (_, at) =>
      installation.startApi(at === 0 ? { GATEHOUSE_PORT: String(port) } : {}),
    );
    await Promise.all([...apis, options.worker === false ? undefined : installation.startWorker()]);
    return installation;
  }

  async stop(): Promise<void> {
    await AppProcess.clear();
    await this.smtp.down();
    await this.database.drop();
  }

  /** @param preload a module, relative to the repository, that is loaded before the app. */
  async startApi(settings: Readonly<Record<string, string>> = {}, preload?: string): Promise<Api> {
    const port = settings['GATEHOUSE_PORT'] ?? String(await usablePort(0));
    const url = `http://127.0.0.1:${port}`;
    const process = new AppProcess({
      program: 'dist/apps/api/src/main.js',
      settings: { ...this.settings(), ...settings, GATEHOUSE_PORT: port },
      started: /"msg":"serving"/,
      preload,
    });
    const api = { process, url, client: new ApiClient(url) };
    this.apis.push(api);
    await process.start();
    return api;
  }

  /** Starts a worker; starting it again is its own affair. */
  async startWorker(settings: Readonly<Record<string, string>> = {}, preload?: string): Promise<AppProcess> {
    this.ownWorker = new AppProcess({
      program: 'dist/apps/worker/src/main.js',
      settings: { ...this.settings(), ...settings },
      started: /"msg":"working"/,
      preload,
    });
    await this.ownWorker.start();
    return this.ownWorker;
  }

  /** The nth API. */
  api(at = 0): Api {
    const api = this.apis[at];
    if (!api) throw new Error(`there is no API process ${at}`);
    return api;
  }

  get worker(): AppProcess {
    if (!this.ownWorker) throw new Error('there is no worker');
    return this.ownWorker;
  }

  query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return withClient(this.database.ownerUrl, async (client) => (await client.query<Row>(text, values)).rows);
  }

  async count(from: string): Promise<number> {
    const [row] = await this.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`);
    return row?.count ?? 0;
  }

  /** Somebody who registered and followed the link in the mail. */
  async newPerson({ client } = this.api()): Promise<Person> {
    this.people += 1;
    const person = { email: `person-${this.people}@example.test`, password };
    await client.post('/v1/auth/register', person);
    const token = linkToken(await this.smtp.next(person.email), 'verify-email');
    const { status } = await client.post('/v1/auth/email/verify', { token });
    if (status !== 200) throw new Error(`verifying answered ${status}`);
    return person;
  }

  async signIn({ email, password: typed }: Person, { client } = this.api()): Promise<Tokens> {
    const { status, body } = await client.post<Tokens>('/v1/auth/login', { identifier: email, password: typed });
    if (status !== 200) throw new Error(`signing in answered ${status}`);
    return body;
  }

  /** What every process of it is started with. */
  settings(): Record<string, string> {
    const { redisUrl, settings } = this.options;
    return {
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_PUBLIC_URL: this.publicUrl,
      GATEHOUSE_DATABASE_URL: this.databaseUrl,
      GATEHOUSE_SECRET_KEY: '9bd1d2a0f3b54c6f8c11f1b6b0b0d0c7',
      GATEHOUSE_ENCRYPTION_KEYS: encryptionKeys,
      GATEHOUSE_SMTP_HOST: '127.0.0.1',
      GATEHOUSE_SMTP_PORT: String(this.smtp.port),
      GATEHOUSE_SMTP_FROM: 'Gatehouse <gatehouse@id.example.test>',
      GATEHOUSE_SMTP_USE_TLS: 'false',
      GATEHOUSE_MAIL_RETRY_BASE_MS: '100',
      GATEHOUSE_MAIL_LEASE_MS: '1500',
      GATEHOUSE_OUTBOX_POLL_MS: '100',
      GATEHOUSE_OUTBOX_REDELIVER_MS: '2000',
      GATEHOUSE_LIMITS: noLimits,
      GATEHOUSE_SIGN_IN_FREE_FAILURES: '1000000',
      GATEHOUSE_HIBP_URL: 'off',
      // Cheap hashes: these tests are about other things.
      GATEHOUSE_ARGON2_MEMORY_KIB: '256',
      GATEHOUSE_ARGON2_TIME_COST: '1',
      ...(redisUrl === undefined ? {} : { GATEHOUSE_REDIS_URL: redisUrl }),
      ...settings,
    };
  }
}
