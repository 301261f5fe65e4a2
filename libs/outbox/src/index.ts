export { insertIntoOutbox, Outbox, type OutboxEntry } from './outbox.js';
export { OutboxModule } from './outbox.module.js';
