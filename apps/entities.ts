import { auditEntities } from '@app/audit/entities';

/** Every entity of the project: what the apps' DataSource maps and the schema test compares with the migrations. */
export const entities = [...auditEntities];
