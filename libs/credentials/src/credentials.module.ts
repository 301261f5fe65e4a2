import { Module } from '@nestjs/common';
import { UsersModule } from '@app/users';
import { ForeignPasswords } from './foreign-hash/foreign-passwords.js';
import { PasswordsRepository } from './passwords.repository.js';
import { Passwords } from './passwords.service.js';

@Module({
  imports: [UsersModule],
  providers: [PasswordsRepository, ForeignPasswords, Passwords],
  exports: [PasswordsRepository, Passwords],
})
export class CredentialsModule {}
