import { InjectQueue, Processor } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { Queue } from 'bullmq';
import { MailConfig } from '@app/config';
import { OutboxHandlers, type OutboxJob, OutboxProcessor } from '@app/outbox/worker';
import { mailTopic } from '../mail-names.js';
import { MailDeliveryService } from './mail-delivery.service.js';

@Injectable()
@Processor(mailTopic)
export class MailProcessor extends OutboxProcessor {
  constructor(
    handlers: OutboxHandlers,
    @InjectQueue(mailTopic) queue: Queue<OutboxJob>,
    config: MailConfig,
    private readonly deliveries: MailDeliveryService,
  ) {
    super(handlers, queue, config.concurrency);
  }

  override async handle(job: OutboxJob): Promise<void> {
    await this.deliveries.deliver(job.reference, job.outboxId);
  }
}
