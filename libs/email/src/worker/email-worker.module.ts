import { BullModule } from '@nestjs/bullmq';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HttpConfig, MailConfig } from '@app/config';
import { Database } from '@app/database';
import { OutboxWorkerModule } from '@app/outbox/worker';
import { EmailModule } from '../email.module.js';
import { mailTopic } from '../mail-names.js';
import { DevInboxTransport } from './dev-inbox-transport.js';
import { MailChecks } from './mail-checks.js';
import { MailComposers } from './mail-composers.js';
import { MailComposition } from './mail-composition.js';
import { MailDeliveryService } from './mail-delivery.service.js';
import { MailFates } from './mail-fates.js';
import { MailProcessor } from './mail.processor.js';
import { MailRepository } from './mail.repository.js';
import { MailSweeps } from './mail-sweeps.js';
import { MailTransport } from './mail-transport.js';
import { SmtpTransport } from './smtp-transport.js';

/** Sends mails. Features import it and register their composers. */
@Global()
@Module({
  imports: [EmailModule, OutboxWorkerModule, BullModule.registerQueue({ name: mailTopic })],
  providers: [
    MailChecks,
    MailComposers,
    MailComposition,
    MailDeliveryService,
    MailFates,
    MailProcessor,
    MailRepository,
    MailSweeps,
    {
      provide: MailTransport,
      inject: [MailConfig, HttpConfig, Database],
      useFactory: (config: MailConfig, http: HttpConfig, database: Database): MailTransport =>
        config.smtp === undefined
          ? new DevInboxTransport(database)
          : new SmtpTransport({ ...config, smtp: config.smtp }, new URL(http.publicUrl).hostname),
    },
  ],
  exports: [EmailModule, MailComposers],
})
export class EmailWorkerModule implements OnApplicationShutdown {
  constructor(@Inject(MailTransport) private readonly transport: MailTransport) {}

  async onApplicationShutdown(): Promise<void> {
    await this.transport.close();
  }
}
