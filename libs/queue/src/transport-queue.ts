import { Queue, type QueueOptions } from 'bullmq';
import { Logger } from '@nestjs/common';
import { FaultLog } from './fault-log.js';
import { QueueTransport } from './queue-transport.js';
import { within } from './within.js';

const closeMs = 2_000;

/**
 * BullMQ's Queue on this process's transport. BullModule makes queues of this class, so that `@InjectQueue` works
 * on both backends without BullMQ's process-wide default.
 */
export class TransportQueue extends Queue {
  private readonly faults: FaultLog;
  private ended: Promise<void> | undefined;

  constructor(name: string, options: QueueOptions) {
    super(name, options, transportOf(options).producer as never);
    this.faults = new FaultLog(new Logger(`Queue ${name}`));
    // Without a listener an error would end the process.
    this.on('error', (error) => this.faults.note(error));
  }

  override close(): Promise<void> {
    this.ended ??= within(closeMs, 'closing the queue', super.close()).catch((error: unknown) => {
      this.faults.note(error);
    });
    return this.ended;
  }
}

/** The transport that QueueModule put where BullMQ expects connection options. */
export function transportOf(options: { readonly connection: unknown }): QueueTransport {
  if (options.connection instanceof QueueTransport) return options.connection;
  throw new Error('queues are made by QueueModule, which knows the transport');
}
