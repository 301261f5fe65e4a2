import { Module } from '@nestjs/common';
import { EmailWorkerModule } from '@app/email/worker';
import { SessionsWorkerModule } from '@app/sessions/worker';
import { TokensWorkerModule } from '@app/tokens/worker';
import { AuthenticationModule } from './authentication.module.js';
import { AccountComposers } from './worker/account.composers.js';
import { AuthenticationSweeps } from './worker/authentication.sweeps.js';
import { RegistrationComposers } from './worker/registration.composers.js';

/** Writes the mails of the account flows, and sweeps what they leave behind. */
@Module({
  imports: [AuthenticationModule, EmailWorkerModule, SessionsWorkerModule, TokensWorkerModule],
  providers: [RegistrationComposers, AccountComposers, AuthenticationSweeps],
})
export class AuthenticationWorkerModule {}
