import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { OutboxJob } from './outbox-job.js';

/**
 * Does the work of a topic. Called at least once for each row, and possibly twice at a time: it is idempotent, and
 * it closes or defers the row in the transaction that records its result. A row left open comes back by itself.
 */
export interface OutboxHandler {
  /** The topic's queue. */
  readonly queue: Queue<OutboxJob>;
  handle(job: OutboxJob): Promise<void>;
}

/** Which topics this process works on; rows of others are left to processes that know them. */
@Injectable()
export class OutboxHandlers {
  private readonly registered = new Map<string, OutboxHandler>();

  register(topic: string, handler: OutboxHandler): void {
    if (this.registered.has(topic)) throw new Error(`outbox topic ${topic} has two handlers`);
    this.registered.set(topic, handler);
  }

  all(): ReadonlyMap<string, OutboxHandler> {
    return this.registered;
  }
}
