import { OutboxRow } from './persistence/outbox-row.entity.js';

export const outboxEntities = [OutboxRow];
