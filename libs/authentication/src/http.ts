import { Module } from '@nestjs/common';
import { Freshness } from '@app/http';
import { SessionsHttpModule } from '@app/sessions/http';
import { TokensHttpModule } from '@app/tokens/http';
import { UsersHttpModule } from '@app/users/http';
import { AuthenticationModule } from './authentication.module.js';
import { AdminFromSettings } from './http/admin-from-settings.js';
import { AdminUsersController } from './http/admin-users.controller.js';
import { LinksController } from './http/links.controller.js';
import { MyAccountController } from './http/my-account.controller.js';
import { PasswordResetController } from './http/password-reset.controller.js';
import { RegistrationController } from './http/registration.controller.js';
import { SecondFactorController } from './http/second-factor.controller.js';
import { SignInController } from './http/sign-in.controller.js';
import { SessionFreshness } from './session-freshness.js';
import { linkPageProviders, LinkPages } from './link-pages/link-pages.js';

/** The account service over HTTP, with the faces of the libs whose flows it joins. */
@Module({
  imports: [AuthenticationModule, UsersHttpModule, SessionsHttpModule, TokensHttpModule],
  controllers: [
    RegistrationController,
    SignInController,
    SecondFactorController,
    PasswordResetController,
    MyAccountController,
    AdminUsersController,
    LinksController,
  ],
  providers: [
    ...linkPageProviders,
    LinkPages,
    AdminFromSettings,
    { provide: Freshness, useExisting: SessionFreshness },
  ],
})
export class AuthenticationHttpModule {}
