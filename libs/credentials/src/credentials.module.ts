import { Module } from '@nestjs/common';
import { SessionsModule } from '@app/sessions';
import { UsersModule } from '@app/users';
import { BreachedPasswords } from './breached-passwords.js';
import { ForeignPasswords } from './foreign-hash/foreign-passwords.js';
import { PasskeyCeremonies } from './passkey-ceremonies.js';
import { PasskeyRelyingParty } from './passkey-relying-party.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { PasswordAttemptsRepository } from './password-attempts.repository.js';
import { PasswordsRepository } from './passwords.repository.js';
import { Passwords } from './passwords.service.js';

@Module({
  imports: [UsersModule, SessionsModule],
  providers: [
    PasswordAttemptsRepository,
    PasswordsRepository,
    ForeignPasswords,
    BreachedPasswords,
    Passwords,
    PasskeysRepository,
    PasskeyRelyingParty,
    PasskeyCeremonies,
  ],
  exports: [
    PasswordAttemptsRepository,
    PasswordsRepository,
    Passwords,
    PasskeysRepository,
    PasskeyRelyingParty,
    PasskeyCeremonies,
  ],
})
export class CredentialsModule {}
