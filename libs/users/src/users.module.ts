import { Module } from '@nestjs/common';
import { BulkUsers } from './bulk-users.repository.js';
import { ProfileService } from './profile.service.js';
import { UsersRepository } from './users.repository.js';

@Module({
  providers: [UsersRepository, BulkUsers, ProfileService],
  exports: [UsersRepository, BulkUsers, ProfileService],
})
export class UsersModule {}
