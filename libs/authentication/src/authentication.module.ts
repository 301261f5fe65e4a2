import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { EmailModule } from '@app/email';
import { SessionsModule } from '@app/sessions';
import { UsersModule } from '@app/users';
import { AccountDeletion } from './account-deletion.service.js';
import { EmailChange } from './email-change.service.js';
import { ChallengesRepository } from './challenges.repository.js';
import { EmailVerification } from './email-verification.service.js';
import { FirstAdmin } from './first-admin.service.js';
import { HostedFlows } from './hosted-flows.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordReset } from './password-reset.service.js';
import { PendingRegistrationsRepository } from './pending-registrations.repository.js';
import { Registration } from './registration.service.js';
import { SecondFactorVerification } from './second-factor-verification.js';
import { SecondFactors } from './second-factors.js';
import { SecurityNotices } from './security-notices.js';
import { SessionFreshness } from './session-freshness.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignIn } from './sign-in.service.js';
import { StepUp } from './step-up.service.js';
import { UserAdministration } from './user-administration.service.js';

const services = [
  PendingRegistrationsRepository,
  Registration,
  EmailVerification,
  EmailChange,
  SignIn,
  SignInCompletion,
  ChallengesRepository,
  SecondFactors,
  SecondFactorVerification,
  StepUp,
  SessionFreshness,
  SecurityNotices,
  PasswordChange,
  PasswordReset,
  FirstAdmin,
  UserAdministration,
  AccountDeletion,
  HostedFlows,
];

@Module({
  imports: [UsersModule, CredentialsModule, SessionsModule, EmailModule],
  providers: services,
  exports: [UsersModule, CredentialsModule, SessionsModule, EmailModule, ...services],
})
export class AuthenticationModule {}
