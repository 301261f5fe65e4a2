import { InjectQueue, Processor } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { Queue } from 'bullmq';
import { OutboxHandlers, type OutboxJob, OutboxProcessor } from '@app/outbox/worker';
import { sessionEndTopic } from '@app/sessions';
import { LogoutDelivery } from './logout-delivery.service.js';

/** Clients that are told at a time: one that does not answer holds a place for seconds. */
const concurrency = 10;

/** The reference is a session that ended, or a session and a client that is to be told of it. */
@Injectable()
@Processor(sessionEndTopic)
export class SessionEndProcessor extends OutboxProcessor {
  constructor(
    handlers: OutboxHandlers,
    @InjectQueue(sessionEndTopic) queue: Queue<OutboxJob>,
    private readonly logouts: LogoutDelivery,
  ) {
    super(handlers, queue, concurrency);
  }

  override async handle(job: OutboxJob): Promise<void> {
    const [sessionId = '', clientId] = job.reference.split(' ', 2);
    await (clientId === undefined ? this.logouts.spread(sessionId, job) : this.logouts.tell(sessionId, clientId, job));
  }
}
