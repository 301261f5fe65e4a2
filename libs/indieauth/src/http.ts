import { Module } from '@nestjs/common';
import { OauthHttpModule } from '@app/oauth/http';
import { ProblemPageFilter } from '@app/pages/http';
import { DomainErasure } from './domains/domain-erasure.js';
import { DomainVerification } from './domains/domain-verification.service.js';
import { IndieauthClients } from './clients/indieauth-clients.js';
import { IndieauthInteractionsController } from './http/indieauth-interactions.controller.js';
import { IndieauthRoutes } from './http/indieauth-routes.js';
import { MyDomainsController } from './http/my-domains.controller.js';
import { IndieauthInteractions } from './indieauth-interactions.service.js';
import { IndieauthProvider } from './indieauth-provider.js';
import { IndieauthModule } from './indieauth.module.js';

/** The IndieAuth server over HTTP. */
@Module({
  imports: [IndieauthModule, OauthHttpModule],
  controllers: [IndieauthInteractionsController, MyDomainsController],
  providers: [
    IndieauthClients,
    IndieauthProvider,
    IndieauthInteractions,
    DomainVerification,
    DomainErasure,
    IndieauthRoutes,
    ProblemPageFilter,
  ],
})
export class IndieauthHttpModule {}
