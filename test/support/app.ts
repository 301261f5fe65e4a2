import type { Server } from 'node:http';
import type { Type } from '@nestjs/common';
import { type Config, loadConfig } from '@app/config';
import { createLogger, type HttpServer } from '@app/http';
import { AllModule } from '../../apps/all/src/all.module.js';
import { createApi, listenApi } from '../../apps/api/src/bootstrap.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { Sweeper } from '../../libs/database/src/sweeps/sweeper.js';
import { ApiClient } from './api-client.js';
import { createTestDatabase, type TestDatabase, withClient } from './databases.js';
import { Mailbox } from './mailbox.js';
import { emptyRedisOf } from './redis.js';
import { adoptSigningKeys, encryptionKeys } from './signing-keys.js';
import { Statements } from './statements.js';

export interface AppOptions {
  readonly queue: 'postgres' | 'redis';
  readonly settings?: Readonly<Record<string, string>>;
  readonly logLevel?: string;
  /** Another process of the same installation: this app's database, queue and mail server. */
  readonly beside?: App;
}

/** Far above what a test does; the limits themselves have tests of their own. */
const roomyLimits = [
  'login.address',
  'login.account',
  'login.pair',
  'login.device',
  'register.address',
  'register.account',
  'forgot.account',
  'forgot.address',
  'verify.address',
  'reset.address',
  'magic_link.address',
  'magic_link.account',
  'magic_link.redeem',
  'password.user',
  'email_change.user',
  'indieauth.address',
  'domains.user',
  'oauth_token.address',
  'oauth_token.client',
  'oauth_device.address',
  'oauth_user_code.address',
  'oauth_registration.address',
].map((rule) => `${rule}=100000/3600`);

/** API and worker in this process, as they run in production, on real PostgreSQL, SMTP and queue. */
export class App {
  /** Calls the API, and holds every answer against the OpenAPI document. */
  readonly api: ApiClient;
  readonly statements: Statements;
  private shift = 0;

  private constructor(
    private readonly server: HttpServer,
    readonly config: Config,
    readonly database: TestDatabase,
    readonly mailbox: Mailbox,
    /** Every line that was logged, as it was written. */
    readonly logLines: readonly string[],
    readonly redisUrl: string | undefined,
    private readonly ownsSurroundings: boolean,
  ) {
    this.api = new ApiClient(config.http.publicUrl);
    this.statements = new Statements(server.getHttpServer() as unknown as Server);
  }

  static async start(options: AppOptions): Promise<App> {
    const { beside } = options;
    if (beside) return App.boot(options, beside.database, beside.mailbox, beside.redisUrl);
    const redisUrl = await emptyRedisOf(options.queue);
    const database = await createTestDatabase();
    await withClient(database.ownerUrl, adoptSigningKeys);
    const mailbox = await Mailbox.open();
    try {
      return await App.boot(options, database, mailbox, redisUrl);
    } catch (error) {
      await mailbox.close();
      await database.drop();
      throw error;
    }
  }

  private static async boot(
    options: AppOptions,
    database: TestDatabase,
    mailbox: Mailbox,
    redisUrl: string | undefined,
  ): Promise<App> {
    const settings = settingsOf(database, mailbox, redisUrl, await usablePort(0));
    const config = loadConfig({ ...settings, ...options.settings });
    const lines: string[] = [];
    const logger = createLogger(options.logLevel ?? 'info', 'test', { write: (line) => void lines.push(line) });
    const server = await createApi(AllModule.forRoot(config), config, logger);
    await listenApi(server, config);
    return new App(server, config, database, mailbox, lines, redisUrl, options.beside === undefined);
  }

  get url(): string {
    return this.config.http.publicUrl;
  }

  /** A part of the running process. */
  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.server.get<T>(token as unknown as Type<T>, { strict: false });
  }

  /** Runs SQL as the owner of the database, to look behind the API. */
  sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return withClient(this.database.ownerUrl, async (client) => (await client.query<Row>(text, values)).rows);
  }

  /** Lets so much time pass, on the database's clock. It never goes back. */
  async pass(seconds: number): Promise<void> {
    this.shift += seconds;
    await this.database.shiftClock(this.shift);
  }

  /** One round of all sweeps. */
  async sweep(): Promise<void> {
    if (!(await this.get(Sweeper).sweep())) throw new Error('another process is sweeping');
  }

  async stop(): Promise<void> {
    await this.server.close();
    if (!this.ownsSurroundings) return;
    await this.mailbox.close();
    await this.database.drop();
  }
}

/** Starts the whole product for a journey. */
export const startApp = (options: AppOptions): Promise<App> => App.start(options);

function settingsOf(
  database: TestDatabase,
  mailbox: Mailbox,
  redisUrl: string | undefined,
  port: number,
): Record<string, string> {
  return {
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_PORT: String(port),
    GATEHOUSE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_SECRET_KEY: '5c1b0a7e4d2f49389ab6e0c3d7f81264',
    GATEHOUSE_ENCRYPTION_KEYS: encryptionKeys,
    GATEHOUSE_SMTP_HOST: '127.0.0.1',
    GATEHOUSE_SMTP_PORT: String(mailbox.smtp.port),
    GATEHOUSE_SMTP_FROM: 'Gatehouse <gatehouse@id.example.test>',
    GATEHOUSE_SMTP_USE_TLS: 'false',
    GATEHOUSE_MAIL_RETRY_BASE_MS: '100',
    GATEHOUSE_OUTBOX_POLL_MS: '200',
    // Tests sweep when they want to.
    GATEHOUSE_SWEEP_INTERVAL_MS: '86400000',
    GATEHOUSE_ARGON2_MEMORY_KIB: '64',
    GATEHOUSE_ARGON2_TIME_COST: '1',
    GATEHOUSE_LIMITS: roomyLimits.join(),
    GATEHOUSE_SIGN_IN_FREE_FAILURES: '1000000',
    ...(redisUrl === undefined ? {} : { GATEHOUSE_REDIS_URL: redisUrl }),
  };
}
