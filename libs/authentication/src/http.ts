import { Module } from '@nestjs/common';
import { Freshness } from '@app/http';
import { ProblemPageFilter } from '@app/pages/http';
import { SessionsHttpModule } from '@app/sessions/http';
import { TokensHttpModule } from '@app/tokens/http';
import { UsersHttpModule } from '@app/users/http';
import { AuthenticationModule } from './authentication.module.js';
import { AdminFactorsController } from './http/admin-factors.controller.js';
import { AdminFromSettings } from './http/admin-from-settings.js';
import { AdminPasswordController } from './http/admin-password.controller.js';
import { AdminUsersController } from './http/admin-users.controller.js';
import { InviteAcceptanceController } from './http/invite-acceptance.controller.js';
import { InvitesController } from './http/invites.controller.js';
import { BackupCodesController } from './http/backup-codes.controller.js';
import { LinksController } from './http/links.controller.js';
import { MagicLinkController } from './http/magic-link.controller.js';
import { MyAccountController } from './http/my-account.controller.js';
import { PasskeyRelyingPartyController } from './http/passkey-relying-party.controller.js';
import { PasskeySignInController } from './http/passkey-sign-in.controller.js';
import { PasskeysController } from './http/passkeys.controller.js';
import { PasswordResetController } from './http/password-reset.controller.js';
import { RecoveryController } from './http/recovery.controller.js';
import { RegistrationController } from './http/registration.controller.js';
import { SecondFactorController } from './http/second-factor.controller.js';
import { SignInController } from './http/sign-in.controller.js';
import { FlowPages } from './http/hosted-pages/flow-pages.js';
import { hostedFormProviders, HostedForms } from './http/hosted-pages/hosted-forms.js';
import { HostedSignIn } from './http/hosted-pages/hosted-sign-in.service.js';
import { FreshVisitors } from './http/hosted-pages/fresh-visitors.js';
import { MagicLinkPagesController } from './http/hosted-pages/magic-link-pages.controller.js';
import { MagicSignInController } from './http/hosted-pages/magic-sign-in.controller.js';
import { PasskeyOptionsController } from './http/hosted-pages/passkey-options.controller.js';
import { PasskeyPagesController } from './http/hosted-pages/passkey-pages.controller.js';
import { RegistrationPagesController } from './http/hosted-pages/registration-pages.controller.js';
import { SignedInPagesController } from './http/hosted-pages/signed-in-pages.controller.js';
import { SignInPagesController } from './http/hosted-pages/sign-in-pages.controller.js';
import { TotpController } from './http/totp.controller.js';
import { SessionFreshness } from './session-freshness.js';
import { linkPageProviders, LinkPages } from './link-pages/link-pages.js';

/** The account service over HTTP, with the faces of the libs whose flows it joins. */
@Module({
  imports: [AuthenticationModule, UsersHttpModule, SessionsHttpModule, TokensHttpModule],
  controllers: [
    RegistrationController,
    SignInController,
    SecondFactorController,
    PasskeySignInController,
    PasskeysController,
    PasskeyRelyingPartyController,
    TotpController,
    BackupCodesController,
    PasswordResetController,
    MyAccountController,
    AdminUsersController,
    AdminFactorsController,
    AdminPasswordController,
    RecoveryController,
    MagicLinkController,
    InvitesController,
    InviteAcceptanceController,
    LinksController,
    SignInPagesController,
    RegistrationPagesController,
    SignedInPagesController,
    MagicLinkPagesController,
    MagicSignInController,
    PasskeyPagesController,
    PasskeyOptionsController,
  ],
  providers: [
    ...linkPageProviders,
    LinkPages,
    ProblemPageFilter,
    ...hostedFormProviders,
    HostedForms,
    HostedSignIn,
    FlowPages,
    FreshVisitors,
    AdminFromSettings,
    { provide: Freshness, useExisting: SessionFreshness },
  ],
})
export class AuthenticationHttpModule {}

export { openSignInFlow } from './http/hosted-pages/open-sign-in-flow.js';
