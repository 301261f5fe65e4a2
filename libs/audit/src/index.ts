export type { AuditEvent, ClientInfo, JsonValue } from './audit-event.js';
export { Audit, insertIntoAudit } from './audit.js';
export { auditRows } from './audit-row.js';
export { AuditModule } from './audit.module.js';
