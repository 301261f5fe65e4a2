import { Module } from '@nestjs/common';
import { UsersModule } from '@app/users';
import { BackupCodesRepository } from './backup-codes.repository.js';
import { BackupCodes } from './backup-codes.service.js';
import { BulkFactorsRepository } from './bulk-factors.repository.js';
import { BulkFactors } from './bulk-factors.service.js';
import { MfaSweep } from './mfa.sweep.js';
import { TotpFactorsRepository } from './totp-factors.repository.js';
import { TotpFactors } from './totp-factors.service.js';

@Module({
  imports: [UsersModule],
  providers: [
    TotpFactorsRepository,
    TotpFactors,
    BackupCodesRepository,
    BackupCodes,
    MfaSweep,
    BulkFactorsRepository,
    BulkFactors,
  ],
  exports: [TotpFactors, BackupCodes, BulkFactors],
})
export class MfaModule {}
