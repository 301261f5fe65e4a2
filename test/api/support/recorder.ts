import { Redis } from 'ioredis';
import { readMessage } from '../../support/smtp.js';
import type { App } from '../../support/app.js';

/** Something that was kept or sent, and where. */
export interface Trace {
  readonly where: string;
  readonly text: string;
}

/** Keeps every version of every row, in the product's tables and the queue's; bytes are written as hex. */
const keepRows = `
  CREATE TABLE testing.written (table_name text NOT NULL, line text NOT NULL);
  CREATE FUNCTION testing.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO testing.written VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, NEW::text);
    RETURN NULL;
  END $$;
  DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
      AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'bullmq'))
    LOOP
      EXECUTE format('CREATE TRIGGER testing_keep AFTER INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION testing.keep()', t);
    END LOOP;
  END $$`;

/** Records all that an app writes down and what it refuses: rows, what goes to Redis, log lines and problems. */
export class Recorder {
  private readonly commands: string[] = [];
  private readonly refusals: Promise<Trace>[] = [];
  private monitor: Redis | undefined;
  private readonly fetch = globalThis.fetch;

  private constructor(private readonly app: App) {}

  static async start(app: App): Promise<Recorder> {
    const recorder = new Recorder(app);
    await app.sql(keepRows);
    await recorder.watchRedis();
    recorder.watchAnswers();
    return recorder;
  }

  stop(): void {
    globalThis.fetch = this.fetch;
    this.monitor?.disconnect();
  }

  /** Rows of the tables whose name matches. */
  async rows(table: RegExp = /./): Promise<Trace[]> {
    const rows = await this.app.sql<{ table_name: string; line: string }>('SELECT * FROM testing.written');
    return rows.filter((row) => table.test(row.table_name)).map((row) => ({ where: row.table_name, text: row.line }));
  }

  /** What went through the queue, wherever it is. */
  async jobs(): Promise<Trace[]> {
    return [...(await this.rows(/^bullmq\./)), ...this.commands.map((text) => ({ where: 'Redis', text }))];
  }

  logs(): Trace[] {
    return this.app.logLines.map((text) => ({ where: 'log', text }));
  }

  /** Bodies of the answers from 400 on. */
  answers(): Promise<Trace[]> {
    return Promise.all(this.refusals);
  }

  /** The tokens of all links that were mailed. */
  async mailedTokens(): Promise<string[]> {
    const mails = await Promise.all(this.app.mailbox.smtp.messages.map(readMessage));
    return mails.flatMap(({ text = '' }) =>
      [...text.matchAll(/\/link\/[\w-]+\/([\w-]+)/g)].map(([, token = '']) => token),
    );
  }

  private async watchRedis(): Promise<void> {
    if (this.app.redisUrl === undefined) return;
    this.monitor = await watcher(this.app.redisUrl);
    this.monitor.on('monitor', (_time: string, words: string[]) => this.commands.push(words.join(' ')));
  }

  private watchAnswers(): void {
    globalThis.fetch = async (...request) => {
      const response = await this.fetch(...request);
      if (response.status >= 400) {
        const where = `${response.status} ${new URL(response.url).pathname}`;
        this.refusals.push(
          response
            .clone()
            .text()
            .then((text) => ({ where, text })),
        );
      }
      return response;
    };
  }
}

/** The traces that hold a secret: as it is, in hex or base64 of its bytes, or of the bytes that it stands for. */
export function leaks(traces: readonly Trace[], secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const bytes = [Buffer.from(secret), ...(/^[\w-]{43}$/.test(secret) ? [Buffer.from(secret, 'base64url')] : [])];
    const forms = [secret, ...bytes.flatMap((value) => [value.toString('hex'), value.toString('base64')])];
    return traces
      .filter(({ text }) => forms.some((form) => text.includes(form)))
      .map(({ where, text }) => `${name} in ${where}: ${text.slice(0, 300)}`);
  });
}

/**
 * A connection that is told all that others do on its server. That may begin before the client knows that it is
 * watching: it takes the first words for an answer that nobody asked for, and fails. Then a new one is tried.
 */
async function watcher(url: string, tries = 20): Promise<Redis> {
  const redis = new Redis(url, { monitor: true, retryStrategy: null });
  try {
    await new Promise<void>((resolve, reject) => void redis.once('monitoring', resolve).once('error', reject));
    return redis;
  } catch (error) {
    redis.on('error', () => undefined).disconnect();
    if (tries <= 1 || !String(error).includes('Command queue state error')) throw error;
    return watcher(url, tries - 1);
  }
}
