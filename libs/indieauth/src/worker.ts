import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { EmailWorkerModule } from '@app/email/worker';
import { OutboxWorkerModule } from '@app/outbox/worker';
import { domainChecksTopic } from './domains/domain-rules.js';
import { IndieauthModule } from './indieauth.module.js';
import { DomainChecks } from './worker/domain-checks.js';
import { DomainChecksProcessor } from './worker/domain-checks.processor.js';
import { DomainComposers } from './worker/domain.composers.js';
import { IndieauthSweeps } from './worker/indieauth.sweeps.js';

/** Writes the mails about domains, and looks at them again. */
@Module({
  imports: [
    IndieauthModule,
    EmailWorkerModule,
    OutboxWorkerModule,
    BullModule.registerQueue({ name: domainChecksTopic }),
  ],
  providers: [DomainComposers, DomainChecks, DomainChecksProcessor, IndieauthSweeps],
})
export class IndieauthWorkerModule {}
