import { InjectQueue, Processor } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { Queue } from 'bullmq';
import { OutboxHandlers, type OutboxJob, OutboxProcessor } from '@app/outbox/worker';
import { domainChecksTopic } from '../domains/domain-rules.js';
import { DomainChecks } from './domain-checks.js';

/** Of pages and name servers that are slow, so many hold nothing up. */
const atOnce = 10;

/** One domain a job. */
@Injectable()
@Processor(domainChecksTopic)
export class DomainChecksProcessor extends OutboxProcessor {
  constructor(
    handlers: OutboxHandlers,
    @InjectQueue(domainChecksTopic) queue: Queue<OutboxJob>,
    private readonly checks: DomainChecks,
  ) {
    super(handlers, queue, atOnce);
  }

  override async handle(job: OutboxJob): Promise<void> {
    await this.checks.check(job.reference, job.outboxId);
  }
}
