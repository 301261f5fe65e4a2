import { Module } from '@nestjs/common';
import { EmailWorkerModule } from '@app/email/worker';
import { SessionsWorkerModule } from '@app/sessions/worker';
import { TokensWorkerModule } from '@app/tokens/worker';
import { AuthenticationModule } from './authentication.module.js';
import { AccountComposers } from './worker/account.composers.js';
import { AuthenticationSweeps } from './worker/authentication.sweeps.js';
import { FactorResetComposer } from './worker/factor-reset.composer.js';
import { InviteComposer } from './worker/invite.composer.js';
import { MagicLinkComposer } from './worker/magic-link.composer.js';
import { NewDeviceComposer } from './worker/new-device.composer.js';
import { RegistrationComposers } from './worker/registration.composers.js';

/** Writes the mails of the account flows, and sweeps what they leave behind. */
@Module({
  imports: [AuthenticationModule, EmailWorkerModule, SessionsWorkerModule, TokensWorkerModule],
  providers: [
    RegistrationComposers,
    AccountComposers,
    MagicLinkComposer,
    InviteComposer,
    FactorResetComposer,
    NewDeviceComposer,
    AuthenticationSweeps,
  ],
})
export class AuthenticationWorkerModule {}
