export { BackupCodes, type PreparedBackupCodes, type ProvenBackupCode } from './backup-codes.service.js';
export { type BackupCodeRecord, BulkFactors, type FactorRecords, type TotpRecord } from './bulk-factors.service.js';
export type { BackupCodesStatus } from './backup-codes.repository.js';
export { failuresOf } from './failure-identity.js';
export { factorLocked, noSecondFactor, totpNotEnrolled } from './mfa.errors.js';
export { MfaModule } from './mfa.module.js';
export { parseTotpSecret, type TotpEnrolmentKey } from './totp.js';
export { type ProvenEnrolment, type ProvenTotp, TotpFactors } from './totp-factors.service.js';
