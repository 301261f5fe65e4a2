import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { OutboxWorkerModule } from '@app/outbox/worker';
import { sessionEndTopic } from '@app/sessions';
import { LogoutTokens } from './logout/logout-tokens.js';
import { LogoutsRepository } from './logout/logouts.repository.js';
import { OauthModule } from './oauth.module.js';
import { LogoutDelivery } from './worker/logout-delivery.service.js';
import { OauthSweeps } from './worker/oauth.sweeps.js';
import { SessionEndProcessor } from './worker/session-end.processor.js';

/** Deletes what the providers handed out once it has expired, and tells clients of sessions that ended. */
@Module({
  imports: [
    OauthModule,
    OutboxWorkerModule,
    JwtModule.register({}),
    BullModule.registerQueue({ name: sessionEndTopic }),
  ],
  providers: [OauthSweeps, LogoutsRepository, LogoutTokens, LogoutDelivery, SessionEndProcessor],
})
export class OauthWorkerModule {}
