import { BackupCode } from './persistence/backup-code.entity.js';
import { TotpFactor } from './persistence/totp-factor.entity.js';

export const mfaEntities = [TotpFactor, BackupCode];
