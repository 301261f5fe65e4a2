import { Module } from '@nestjs/common';
import { BulkPasskeys, BulkPasswords, PasskeyRelyingParty } from '@app/credentials';
import { MfaModule } from '@app/mfa';
import { BulkSessions } from '@app/sessions';
import { UsersModule } from '@app/users';
import { AccountHoldings } from './import/account-holdings.js';
import { ImportRunsRepository } from './import/import-runs.repository.js';
import { NewAccounts } from './import/new-accounts.service.js';
import { UserExport } from './import/user-export.service.js';
import { UserImport } from './import/user-import.service.js';

export { type AccountHolding, AccountHoldings } from './import/account-holdings.js';
export type { Refusal } from './import/import-line.js';
export type { ImportCounts } from './import/import-runs.repository.js';
export { ImportSource } from './import/import-source.js';
export { UserExport } from './import/user-export.service.js';
export { UserImport } from './import/user-import.service.js';

/** What the command `gatehouse` does with accounts. */
@Module({
  imports: [UsersModule, MfaModule],
  // Not the modules of credentials and sessions: they bring mail, tokens and what else a sign-in needs.
  providers: [
    BulkPasswords,
    BulkPasskeys,
    PasskeyRelyingParty,
    BulkSessions,
    AccountHoldings,
    ImportRunsRepository,
    NewAccounts,
    UserImport,
    UserExport,
  ],
  exports: [UserImport, UserExport, AccountHoldings],
})
export class AuthenticationCliModule {}
