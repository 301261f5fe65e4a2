import { Module } from '@nestjs/common';
import { UsersModule } from '@app/users';
import { PasswordsRepository } from './passwords.repository.js';
import { Passwords } from './passwords.service.js';

@Module({
  imports: [UsersModule],
  providers: [PasswordsRepository, Passwords],
  exports: [PasswordsRepository, Passwords],
})
export class CredentialsModule {}
