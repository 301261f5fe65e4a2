import { Module } from '@nestjs/common';
import { AuthenticationModule } from '@app/authentication';
import { OutboundModule } from '@app/outbound';
import { TokensModule } from '@app/tokens';
import { UsersModule } from '@app/users';
import { Accounts } from './accounts.js';
import { ArtifactsRepository } from './artifacts.repository.js';
import { ClientsRepository } from './clients.repository.js';
import { Clients } from './clients.service.js';
import { ConsentsRepository } from './consents.repository.js';
import { GivenAccessRepository } from './given-access.repository.js';
import { AccessGiven } from './given-access.service.js';
import { GrantLoader } from './grant-loader.js';
import { GrantsRepository } from './grants.repository.js';
import { InstallationLifetimes } from './installation-lifetimes.js';
import { IssuedTokensRepository } from './issued-tokens.repository.js';

@Module({
  imports: [AuthenticationModule, OutboundModule, TokensModule, UsersModule],
  providers: [
    Accounts,
    ArtifactsRepository,
    IssuedTokensRepository,
    GrantsRepository,
    ConsentsRepository,
    ClientsRepository,
    Clients,
    GrantLoader,
    InstallationLifetimes,
    GivenAccessRepository,
    AccessGiven,
  ],
  exports: [
    AuthenticationModule,
    OutboundModule,
    TokensModule,
    UsersModule,
    Accounts,
    ArtifactsRepository,
    IssuedTokensRepository,
    GrantsRepository,
    ConsentsRepository,
    ClientsRepository,
    Clients,
    GrantLoader,
    InstallationLifetimes,
    AccessGiven,
  ],
})
export class OauthModule {}
