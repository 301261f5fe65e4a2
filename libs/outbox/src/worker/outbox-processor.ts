import { WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { transportOf, within } from '@app/queue';
import type { OutboxHandler, OutboxHandlers } from './outbox-handlers.js';
import type { OutboxJob } from './outbox-job.js';

const connectMs = 10_000;

/**
 * The handler of one topic, run by a BullMQ worker of its own, so that a slow topic holds up no other. A topic is:
 *
 *     BullModule.registerQueue({ name: 'mail' })                       in the lib's worker module
 *     @Processor('mail') class MailProcessor extends OutboxProcessor   with handle()
 */
export abstract class OutboxProcessor
  extends WorkerHost
  implements OutboxHandler, OnModuleInit, OnApplicationBootstrap
{
  private readonly logger: Logger;

  protected constructor(
    private readonly handlers: OutboxHandlers,
    readonly queue: Queue<OutboxJob>,
    private readonly concurrency: number,
  ) {
    super();
    this.logger = new Logger(`Outbox ${queue.name}`);
  }

  abstract handle(job: OutboxJob): Promise<void>;

  onModuleInit(): void {
    this.handlers.register(this.queue.name, this);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!transportOf(this.queue.opts).mayStartWithout) {
      await within(connectMs, 'connecting to the queue', this.queue.waitUntilReady());
      await within(connectMs, 'connecting to the queue', this.worker.waitUntilReady());
    }
    this.worker.concurrency = this.concurrency;
    this.worker.run().catch((error: unknown) => this.logger.error(`the worker stopped: ${String(error)}`));
  }

  override async process(job: Job<OutboxJob>): Promise<void> {
    try {
      await this.handle(job.data);
    } catch (error) {
      // The row stays open and comes back: nothing is lost, and BullMQ need not try again.
      const { outboxId, attempt } = job.data;
      this.logger.warn(`${outboxId}, attempt ${attempt}: ${String(error)}`, (error as Error).stack);
      throw error;
    }
  }

  /** Takes no more jobs, waits for those in hand, then closes the queue. */
  async stop(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
  }
}
