import { auditEntities } from '@app/audit/entities';
import { emailEntities } from '@app/email/entities';
import { outboxEntities } from '@app/outbox/entities';

/** Every entity of the project: what the apps' DataSource maps and the schema test compares with the migrations. */
export const entities = [...auditEntities, ...emailEntities, ...outboxEntities];
