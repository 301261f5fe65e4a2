import { Module } from '@nestjs/common';
import { AuthenticationWorkerModule } from '@app/authentication/worker';
import { SchemaRequiredModule } from '@app/database';
import { DatabaseWorkerModule } from '@app/database/worker';
import { EmailWorkerModule } from '@app/email/worker';
import { IndieauthWorkerModule } from '@app/indieauth/worker';
import { OauthWorkerModule } from '@app/oauth/worker';
import { OutboxWorkerModule } from '@app/outbox/worker';
import { QueueModule } from '@app/queue';

/** Each lib's worker face; a process that does background work holds it beside the floor. */
@Module({
  imports: [
    SchemaRequiredModule,
    QueueModule.forRoot(),
    DatabaseWorkerModule,
    OutboxWorkerModule,
    EmailWorkerModule,
    AuthenticationWorkerModule,
    OauthWorkerModule,
    IndieauthWorkerModule,
  ],
})
export class WorkerFeaturesModule {}
