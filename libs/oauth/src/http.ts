import { Module } from '@nestjs/common';
import { AuthenticationHttpModule } from '@app/authentication/http';
import { ProblemPageFilter } from '@app/pages/http';
import { InteractionsController } from './http/interactions.controller.js';
import { ProviderRoutes } from './http/provider-routes.js';
import { Interactions } from './interactions.service.js';
import { OauthModule } from './oauth.module.js';
import { OpenidProvider } from './openid-provider.js';
import { ProviderRequests } from './provider-request.js';

/** The OpenID Provider over HTTP. */
@Module({
  imports: [OauthModule, AuthenticationHttpModule],
  controllers: [InteractionsController],
  providers: [ProviderRequests, OpenidProvider, ProviderRoutes, Interactions, ProblemPageFilter],
})
export class OauthHttpModule {}
