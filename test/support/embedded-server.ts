import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../libs/database/src/embedded/cluster.js';
import { usablePort } from '../../libs/database/src/embedded/port.js';
import { ApiClient } from './api-client.js';
import { type Account, AppProcess } from './app-process.js';
import { ensureBuilt } from './built.js';
import { until } from './smtp.js';

/** A mail as /dev/mail gives it. */
export interface InboxMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Gatehouse as `npm start` runs it: one process from dist, with a database of its own in a folder of its own. */
export class EmbeddedServer {
  readonly process: AppProcess;
  readonly client: ApiClient;
  private readonly read = new Set<string>();

  private constructor(
    private readonly folder: string,
    readonly url: string,
    private readonly account: Account | undefined,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    this.process = this.another(new URL(url).port);
    this.client = new ApiClient(url);
  }

  /** Not started yet. */
  static async make(
    options: {
      readonly account?: Account | undefined;
      /** A free one by default. */
      readonly port?: number;
      readonly settings?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<EmbeddedServer> {
    ensureBuilt();
    const { account, settings = {} } = options;
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
    if (account) chownSync(folder, account.uid, account.gid);
    return new EmbeddedServer(folder, `http://localhost:${options.port ?? (await usablePort(0))}`, account, settings);
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Another process on the same folder. */
  another(port: string): AppProcess {
    return new AppProcess({
      program: 'dist/apps/all/src/main.js',
      settings: { GATEHOUSE_PORT: port, GATEHOUSE_DATA_DIR: this.dataDir, ...this.settings },
      started: /"msg":"serving"/,
      account: this.account,
    });
  }

  /** The newest mail to an address whose subject is like this and that was not asked for before, once there is one. */
  async mail(to: string, subject: RegExp): Promise<InboxMail> {
    let found: InboxMail | undefined;
    await until(`a mail to ${to} like ${subject}`, async () => {
      const answer = await fetch(`${this.url}/dev/mail`, { headers: { accept: 'application/json' } });
      const { items } = (await answer.json()) as { items: InboxMail[] };
      found = items.find((mail) => !this.read.has(mail.id) && mail.to === to && subject.test(mail.subject));
      return found !== undefined;
    });
    this.read.add(found!.id);
    return found!;
  }

  /** Ends everything and removes the folder. */
  async remove(): Promise<void> {
    await this.process.kill();
    await new Cluster(join(this.dataDir, 'postgres')).stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
