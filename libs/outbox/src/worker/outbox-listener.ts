import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { DatabaseConfig } from '@app/config';
import { FaultLog } from '@app/queue';

const reconnectMs = 1_000;

/**
 * Hears of new rows through a connection of its own that comes back when it is lost. It only makes things fast:
 * whatever is missed meanwhile is found by the relay's poll.
 */
@Injectable()
export class OutboxListener {
  private readonly faults = new FaultLog(new Logger('OutboxListener'));
  private readonly stopping = new AbortController();
  private client: pg.Client | undefined;
  private loop: Promise<void> | undefined;

  constructor(private readonly config: DatabaseConfig) {}

  /** Calls `wake` for each announcement, and when listening begins (again). */
  start(wake: () => void): void {
    this.loop ??= this.listenForEver(wake);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.client?.end().catch(() => undefined);
    await this.loop;
  }

  private async listenForEver(wake: () => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.listen(wake).catch((error: unknown) => {
        if (!signal.aborted) this.faults.note(error);
      });
      await wait(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Resolves when the connection has ended. */
  private async listen(wake: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.url,
      application_name: 'gatehouse outbox listener',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.client = client;
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    client.on('error', (error) => this.faults.note(error));
    client.on('notification', wake);
    try {
      await client.connect();
      await client.query('LISTEN gatehouse_outbox');
      wake();
      await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
