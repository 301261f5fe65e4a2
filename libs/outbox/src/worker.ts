export { type OutboxHandler, OutboxHandlers } from './worker/outbox-handlers.js';
export type { OutboxJob } from './worker/outbox-job.js';
export { OutboxProcessor } from './worker/outbox-processor.js';
export { OutboxWorkerModule } from './worker/outbox-worker.module.js';
