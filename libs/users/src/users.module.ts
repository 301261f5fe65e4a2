import { Module } from '@nestjs/common';
import { BulkUsers } from './bulk-users.repository.js';
import { ProfileService } from './profile.service.js';
import { UsernameChanges } from './username-changes.js';
import { UsersRepository } from './users.repository.js';

@Module({
  providers: [UsersRepository, BulkUsers, ProfileService, UsernameChanges],
  exports: [UsersRepository, BulkUsers, ProfileService, UsernameChanges],
})
export class UsersModule {}
