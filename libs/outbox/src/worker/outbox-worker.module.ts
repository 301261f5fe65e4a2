import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox.module.js';
import { OutboxHandlers } from './outbox-handlers.js';
import { OutboxListener } from './outbox-listener.js';
import { OutboxObservation } from './outbox-observation.js';
import { OutboxRelay } from './outbox-relay.js';
import { OutboxRepository } from './outbox.repository.js';

/** The relay, and where topics are registered. Its container must hold QueueModule and HealthModule. */
@Global()
@Module({
  imports: [OutboxModule],
  providers: [OutboxHandlers, OutboxListener, OutboxRepository, OutboxRelay, OutboxObservation],
  exports: [OutboxHandlers, OutboxModule],
})
export class OutboxWorkerModule {}
