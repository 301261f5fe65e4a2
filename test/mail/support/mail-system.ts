import { createHash } from 'node:crypto';
import { Module, type OnModuleInit, type Type } from '@nestjs/common';
import { type Config, loadConfig } from '@app/config';
import { Database, Transactions } from '@app/database';
import { Mail, type MailOrder } from '@app/email';
import { type MailComposer, MailComposers } from '@app/email/worker';
import { Metrics } from '@app/health';
import { createLogger, createServer, type HttpServer } from '@app/http';
import { WorkerModule } from '../../../apps/worker/src/worker.module.js';
import { createTestDatabase, type TestDatabase } from '../../support/databases.js';
import { type SmtpCatcher, until } from '../../support/smtp.js';

/** The ledger's row for one attempt. */
export interface LedgerRow {
  readonly attempt: number;
  readonly fate: string;
  readonly smtp_code: number | null;
  readonly reason: string | null;
  readonly message_id: string | null;
}

export interface MailRowView {
  readonly status: string;
  readonly attempts: number;
  readonly message_id: string | null;
  readonly sealed_secret: Buffer | null;
  readonly sealed_letter: Buffer | null;
  readonly last_error: string | null;
}

/** The settings of a worker that sends through `smtp`, fast enough for tests. */
export function mailSettings(
  database: TestDatabase,
  smtp: SmtpCatcher | undefined,
  redisUrl: string | undefined,
): Record<string, string> {
  return {
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_DATABASE_POOL_SIZE: '6',
    GATEHOUSE_SECRET_KEY: '9bd1d2a0f3b54c6f8c11f1b6b0b0d0c7',
    GATEHOUSE_ENCRYPTION_KEYS: `k1:${createHash('sha256').update('mail tests').digest('base64')}`,
    GATEHOUSE_PUBLIC_URL: 'https://id.example.test',
    GATEHOUSE_SMTP_HOST: '127.0.0.1',
    GATEHOUSE_SMTP_PORT: String(smtp?.port ?? 1),
    GATEHOUSE_SMTP_FROM: 'Gatehouse <gatehouse@id.example.test>',
    GATEHOUSE_SMTP_USE_TLS: 'false',
    GATEHOUSE_MAIL_RETRY_BASE_MS: '100',
    GATEHOUSE_MAIL_LEASE_MS: '3000',
    GATEHOUSE_OUTBOX_POLL_MS: '100',
    GATEHOUSE_OUTBOX_REDELIVER_MS: '2000',
    GATEHOUSE_LOG_LEVEL: 'silent',
    ...(redisUrl === undefined ? {} : { GATEHOUSE_REDIS_URL: redisUrl }),
  };
}

/** The composer of tests: the secret is in the body, the kind in the subject. */
export const plainComposer: MailComposer = {
  compose: async (_tx, mail) => ({
    subject: `Test ${mail.kind}`,
    text: `Hello ${mail.recipient}, your link: https://id.example.test/link/${mail.secret ?? 'none'}\n`,
    html: `<p>Hello, <a href="https://id.example.test/link/${mail.secret ?? 'none'}">your link</a></p>`,
  }),
};

/** A worker in this process, with composers of the test's own. */
export class MailSystem {
  private constructor(
    readonly database: TestDatabase,
    readonly config: Config,
    private readonly app: HttpServer,
  ) {}

  static async start(options: {
    readonly database?: TestDatabase;
    readonly smtp?: SmtpCatcher;
    readonly redisUrl?: string | undefined;
    readonly composers?: Record<string, MailComposer>;
    readonly settings?: Record<string, string>;
    readonly change?: (config: Config) => Config;
    readonly imports?: readonly Type[];
  }): Promise<MailSystem> {
    const database = options.database ?? (await createTestDatabase());
    const loaded = loadConfig({ ...mailSettings(database, options.smtp, options.redisUrl), ...options.settings });
    const config = options.change?.(loaded) ?? loaded;
    const composers = { plain: plainComposer, ...options.composers };

    @Module({ imports: [WorkerModule.forRoot(config), ...(options.imports ?? [])] })
    class TestedWorker implements OnModuleInit {
      constructor(private readonly registry: MailComposers) {}

      onModuleInit(): void {
        for (const [kind, composer] of Object.entries(composers)) this.registry.register(kind, composer);
      }
    }

    const app = await createServer(TestedWorker, config.http, createLogger(config.runtime.logLevel, 'test'));
    await app.init();
    return new MailSystem(database, config, app);
  }

  /** Listens on any free port. Returns it. */
  async listen(): Promise<number> {
    await this.app.listen(0, '127.0.0.1');
    return (this.app.getHttpServer().address() as { port: number }).port;
  }

  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.app.get<T>(token as unknown as Type<T>, { strict: false });
  }

  enqueue(order: Partial<MailOrder> & { recipient: string }): Promise<string> {
    return this.get(Transactions).run((tx) => this.get(Mail).enqueue(tx, { kind: 'plain', ...order }));
  }

  /** Runs `work` in one transaction, in which it enqueues. */
  inTransaction(work: (enqueue: (order: { recipient: string }) => Promise<string>) => Promise<void>): Promise<void> {
    return this.get(Transactions).run((tx) => work((order) => this.get(Mail).enqueue(tx, { kind: 'plain', ...order })));
  }

  async row(id: string): Promise<MailRowView> {
    const [row] = await this.query<MailRowView>('SELECT * FROM mails WHERE id = $1', [id]);
    if (!row) throw new Error(`no mail ${id}`);
    return row;
  }

  ledger(id: string): Promise<LedgerRow[]> {
    return this.query<LedgerRow>('SELECT * FROM mail_deliveries WHERE mail_id = $1 ORDER BY mail_deliveries.id', [id]);
  }

  async openRows(): Promise<number> {
    const [row] = await this.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox');
    return row?.count ?? 0;
  }

  /** Waits until the mail's fate is final, and says what it is. */
  async fate(id: string, timeoutMs?: number): Promise<string> {
    await until(`the fate of ${id}`, async () => (await this.row(id)).status !== 'queued', timeoutMs);
    return (await this.row(id)).status;
  }

  metrics(): Promise<string> {
    return this.get(Metrics).registry.metrics();
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.get(Database).pool.query<Row>(text, values)).rows;
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
