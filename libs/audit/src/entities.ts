import { AuditRecord } from './persistence/audit-record.entity.js';

export const auditEntities = [AuditRecord];
