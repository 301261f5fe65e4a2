import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthChecks, Metrics } from '@app/health';
import { Gauge } from 'prom-client';
import { type OutboxBacklog, OutboxRepository } from './outbox.repository.js';

/** A row this late is not being handed over: the queue is away, or nothing relays. */
const overdueLimitSeconds = 60;

/** Shows how much work is open, and whether it reaches the queue. */
@Injectable()
export class OutboxObservation implements OnModuleInit {
  private reading: Promise<OutboxBacklog[]> | undefined;

  constructor(
    private readonly rows: OutboxRepository,
    private readonly checks: HealthChecks,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.checks.register({ name: 'queue', critical: false, check: () => this.isHandedOver() });
    this.gauge('gatehouse_outbox_open_rows', 'Outbox rows whose work is not done', ({ open }) => open);
    this.gauge('gatehouse_outbox_oldest_seconds', 'Age of the oldest open outbox row', (row) => row.oldestSeconds);
  }

  private gauge(name: string, help: string, valueOf: (backlog: OutboxBacklog) => number): void {
    const read = (): Promise<OutboxBacklog[]> => this.backlog();
    new Gauge({
      name,
      help,
      labelNames: ['topic'],
      registers: [this.metrics.registry],
      async collect() {
        // Without a database there is no number, and the other metrics are wanted all the more.
        const backlogs = await read().catch(() => []);
        this.reset();
        for (const backlog of backlogs) this.set({ topic: backlog.topic }, valueOf(backlog));
      },
    });
  }

  /** One statement for all that ask at once. */
  private backlog(): Promise<OutboxBacklog[]> {
    this.reading ??= this.rows.backlog().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async isHandedOver(): Promise<void> {
    const late = (await this.backlog()).filter(({ overdueSeconds }) => overdueSeconds > overdueLimitSeconds);
    if (late.length > 0) {
      throw new Error(
        `not handed to the queue for ${overdueLimitSeconds} s: ${late.map(({ topic }) => topic).join(', ')}`,
      );
    }
  }
}
