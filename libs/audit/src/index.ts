export type { AuditEvent, ClientInfo, JsonValue } from './audit-event.js';
export { Audit } from './audit.js';
export { AuditModule } from './audit.module.js';
