export { FaultLog } from './fault-log.js';
export { QueueTransport } from './queue-transport.js';
export { QueueModule } from './queue.module.js';
export { transportOf } from './transport-queue.js';
export { within } from './within.js';
