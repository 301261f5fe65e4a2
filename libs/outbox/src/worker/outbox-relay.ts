import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QueueConfig } from '@app/config';
import { FaultLog, within } from '@app/queue';
import { OutboxHandlers } from './outbox-handlers.js';
import type { OutboxJob } from './outbox-job.js';
import { OutboxListener } from './outbox-listener.js';
import { OutboxProcessor } from './outbox-processor.js';
import { OutboxRepository } from './outbox.repository.js';

const batch = 100;

/**
 * Jobs of a topic that may wait in the queue. Rows beyond it wait in the outbox: were they handed over as well, each
 * would be handed over again and again while it waits.
 */
const waitingLimit = 500;

const queueAnswersMs = 5_000;

/** Hands due rows of the outbox to the queue: when told of new ones, and every OUTBOX_POLL_MS whatever happens. */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly faults = new FaultLog(new Logger('OutboxRelay'));
  private stopped = false;
  private loop: Promise<void> | undefined;
  private woken = false;
  private wakeSleeper: () => void = () => undefined;

  constructor(
    private readonly rows: OutboxRepository,
    private readonly handlers: OutboxHandlers,
    private readonly listener: OutboxListener,
    private readonly config: QueueConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.listener.start(() => this.wake());
    this.loop ??= this.relayForEver();
  }

  /** First nothing more is handed over, then workers finish what they hold; pools close in a later phase. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.listener.stop();
    await this.loop;
    const processors = [...this.handlers.all().values()].filter((handler) => handler instanceof OutboxProcessor);
    await Promise.all(processors.map((processor) => processor.stop()));
  }

  private async relayForEver(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      const more = await this.relayAll();
      if (!more && !this.stopped) await this.sleep();
    }
  }

  /** One round over all topics. True: there is more to do at once. */
  private async relayAll(): Promise<boolean> {
    let more = false;
    for (const [topic, { queue }] of this.handlers.all()) {
      try {
        if (await this.relay(topic, queue)) more = true;
      } catch (error) {
        this.faults.note(error);
      }
    }
    return more;
  }

  private async relay(topic: string, queue: Queue<OutboxJob>): Promise<boolean> {
    // Asked first: a queue that does not answer is given nothing.
    const waiting = await within(queueAnswersMs, 'asking the queue', queue.getWaitingCount());
    const room = Math.min(batch, waitingLimit - waiting);
    if (room <= 0) return false;
    const jobs = await this.rows.claim(topic, room, this.config.redeliverMs);
    const results = await Promise.allSettled(jobs.map((job) => this.add(queue, job)));
    const refused = jobs.filter((_, at) => results[at]?.status === 'rejected');
    if (refused.length > 0) {
      await this.rows.handBack(refused, this.config.outboxPollMs);
      throw results.find((result) => result.status === 'rejected')?.reason;
    }
    return jobs.length === batch;
  }

  private async add(queue: Queue<OutboxJob>, job: OutboxJob): Promise<void> {
    // An id of its own for each attempt: one that the queue still knows would be dropped without a word.
    const jobId = `${job.outboxId}-${job.attempt}`;
    await within(queueAnswersMs, 'adding a job', queue.add(job.topic, job, { jobId }));
  }

  private wake(): void {
    this.woken = true;
    this.wakeSleeper();
  }

  private async sleep(): Promise<void> {
    if (this.woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.config.outboxPollMs);
      this.wakeSleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
