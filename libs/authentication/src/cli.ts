import { Module } from '@nestjs/common';
import { BulkPasswords } from '@app/credentials';
import { UsersModule } from '@app/users';
import { ImportRunsRepository } from './import/import-runs.repository.js';
import { UserExport } from './import/user-export.service.js';
import { UserImport } from './import/user-import.service.js';

export type { Refusal } from './import/import-line.js';
export type { ImportCounts } from './import/import-runs.repository.js';
export { ImportSource } from './import/import-source.js';
export { UserExport } from './import/user-export.service.js';
export { UserImport } from './import/user-import.service.js';

/** What the command `gatehouse` does with accounts. */
@Module({
  imports: [UsersModule],
  providers: [BulkPasswords, ImportRunsRepository, UserImport, UserExport],
  exports: [UserImport, UserExport],
})
export class AuthenticationCliModule {}
