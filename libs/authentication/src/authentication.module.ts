import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { EmailModule } from '@app/email';
import { MfaModule } from '@app/mfa';
import { SessionsModule } from '@app/sessions';
import { UsersModule } from '@app/users';
import { AccountDeletion } from './account-deletion.service.js';
import { Disown } from './disown.service.js';
import { EmailChange } from './email-change.service.js';
import { BackupCodeFactor } from './backup-code-factor.js';
import { BackupCodeRenewal } from './backup-code-renewal.service.js';
import { ChallengesRepository } from './challenges.repository.js';
import { EmailVerification } from './email-verification.service.js';
import { FactorChanges } from './factor-changes.js';
import { FactorRemoval } from './factor-removal.service.js';
import { FactorResetsRepository } from './factor-resets.repository.js';
import { FactorResets } from './factor-resets.service.js';
import { FirstAdmin } from './first-admin.service.js';
import { HostedFlows } from './hosted-flows.js';
import { InviteAcceptance } from './invite-acceptance.service.js';
import { Invites } from './invites.service.js';
import { InvitesRepository } from './invites.repository.js';
import { MagicLinks } from './magic-links.service.js';
import { MagicLinksRepository } from './magic-links.repository.js';
import { PasskeyAssertions } from './passkey-assertions.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import { PasskeyFactor } from './passkey-factor.js';
import { PasskeyManagement } from './passkey-management.service.js';
import { PasskeyRegistration } from './passkey-registration.service.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordReset } from './password-reset.service.js';
import { PendingRegistrationsRepository } from './pending-registrations.repository.js';
import { RecoveryLinks } from './recovery-links.service.js';
import { Recovery } from './recovery.service.js';
import { Registration } from './registration.service.js';
import { SecondFactorGuesses } from './second-factor-guesses.js';
import { SecondFactorVerification } from './second-factor-verification.js';
import { AccountErasures } from './account-erasures.js';
import { SecondFactors } from './second-factors.js';
import { SecurityNotices } from './security-notices.js';
import { SessionFreshness } from './session-freshness.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInFlows } from './sign-in-flows.js';
import { SignIn } from './sign-in.service.js';
import { StepUp } from './step-up.service.js';
import { TotpEnrolment } from './totp-enrolment.service.js';
import { TotpFactor } from './totp-factor.js';
import { UserAdministration } from './user-administration.service.js';

const services = [
  PendingRegistrationsRepository,
  Registration,
  EmailVerification,
  EmailChange,
  SignIn,
  SignInAttempts,
  SignInCompletion,
  ChallengesRepository,
  AccountErasures,
  SecondFactors,
  SecondFactorGuesses,
  SecondFactorVerification,
  TotpFactor,
  FactorChanges,
  TotpEnrolment,
  BackupCodeFactor,
  BackupCodeRenewal,
  StepUp,
  SessionFreshness,
  SecurityNotices,
  FactorResetsRepository,
  FactorResets,
  RecoveryLinks,
  FactorRemoval,
  Recovery,
  PasskeyChallenges,
  PasskeyAssertions,
  PasskeySignIn,
  PasskeyFactor,
  PasskeyRegistration,
  PasskeyManagement,
  PasswordChange,
  PasswordReset,
  Disown,
  FirstAdmin,
  UserAdministration,
  AccountDeletion,
  HostedFlows,
  SignInFlows,
  MagicLinksRepository,
  MagicLinks,
  InvitesRepository,
  Invites,
  InviteAcceptance,
];

@Module({
  imports: [UsersModule, CredentialsModule, MfaModule, SessionsModule, EmailModule],
  providers: services,
  exports: [UsersModule, CredentialsModule, SessionsModule, EmailModule, ...services],
})
export class AuthenticationModule {}
