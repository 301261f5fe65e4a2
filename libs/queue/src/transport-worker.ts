import { setTimeout as wait } from 'node:timers/promises';
import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';
import { Logger } from '@nestjs/common';
import { FaultLog } from './fault-log.js';
import { transportOf } from './transport-queue.js';
import { within } from './within.js';

const pauseAfterFaultMs = 500;
const closeMs = 2_000;

/**
 * BullMQ's Worker on this process's transport. It does not run before it is told to, so that nothing is handled
 * by an application that is only half wired.
 */
export class TransportWorker extends Worker {
  private readonly faults: FaultLog;
  private readonly inHand = new Set<Promise<unknown>>();
  private ended: Promise<void> | undefined;

  constructor(name: string, processor: Processor, options: WorkerOptions) {
    const settings: WorkerOptions = { autorun: false, runRetryDelay: 1_000, stalledInterval: 15_000, ...options };
    super(name, processor, settings, transportOf(options).consumer as never);
    this.faults = new FaultLog(new Logger(`Worker ${name}`));
    // Without a listener an error would end the process.
    this.on('error', (error) => this.faults.note(error));
  }

  /** Takes nothing new and waits for the jobs in hand; but not for a server that is away to hear of it. */
  override close(force = false): Promise<void> {
    this.ended ??= this.end(force);
    return this.ended;
  }

  private async end(force: boolean): Promise<void> {
    const closing = super.close(force);
    await Promise.allSettled(this.inHand);
    await within(closeMs, 'closing the worker', closing).catch((error: unknown) => this.faults.note(error));
  }

  protected override callProcessJob(job: Job, token: string, signal?: AbortSignal): Promise<unknown> {
    const work = super.callProcessJob(job, token, signal);
    this.inHand.add(work);
    return work.finally(() => this.inHand.delete(work));
  }

  /** BullMQ pauses after a refused connection only; any other fault of the database would have it ask in a loop. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      if (!this.closing) await wait(pauseAfterFaultMs);
      throw error;
    }
  }
}
