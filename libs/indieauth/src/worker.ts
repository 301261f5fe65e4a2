import { Module } from '@nestjs/common';
import { EmailWorkerModule } from '@app/email/worker';
import { IndieauthModule } from './indieauth.module.js';
import { DomainChecks } from './worker/domain-checks.js';
import { DomainComposers } from './worker/domain.composers.js';

/** Writes the mails about domains, and looks at them again. */
@Module({
  imports: [IndieauthModule, EmailWorkerModule],
  providers: [DomainComposers, DomainChecks],
})
export class IndieauthWorkerModule {}
