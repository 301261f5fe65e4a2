import { Module } from '@nestjs/common';
import { AuthenticationHttpModule } from '@app/authentication/http';
import { ProblemPageFilter } from '@app/pages/http';
import { AdministeredClientsRepository } from './administered-clients.repository.js';
import { ClientAdministration } from './client-administration.service.js';
import { ClientDocuments } from './client-documents.js';
import { ClientMetadataJudge } from './client-metadata.service.js';
import { AdminClientsController } from './http/admin-clients.controller.js';
import { InteractionForms } from './http/interaction-forms.js';
import { InitialAccessController } from './http/initial-access.controller.js';
import { MyGrantsController } from './http/my-grants.controller.js';
import { InitialAccess } from './initial-access.service.js';
import { InteractionsController } from './http/interactions.controller.js';
import { ProviderLimits } from './http/provider-limits.js';
import { ProviderRoutes } from './http/provider-routes.js';
import { Interactions } from './interactions.service.js';
import { OauthModule } from './oauth.module.js';
import { OpenidProvider } from './openid-provider.js';
import { ProviderRequests } from './provider-request.js';
import { SuccessionsRepository } from './successions.repository.js';

/** The OpenID Provider over HTTP. */
@Module({
  imports: [OauthModule, AuthenticationHttpModule],
  controllers: [AdminClientsController, InitialAccessController, InteractionsController, MyGrantsController],
  providers: [
    AdministeredClientsRepository,
    ClientAdministration,
    ClientMetadataJudge,
    InitialAccess,
    ClientDocuments,
    ProviderRequests,
    OpenidProvider,
    ProviderLimits,
    ProviderRoutes,
    Interactions,
    InteractionForms,
    ProblemPageFilter,
    SuccessionsRepository,
  ],
  exports: [OauthModule, ProviderLimits, ProviderRequests, InteractionForms],
})
export class OauthHttpModule {}

export { InteractionForms, signedIn } from './http/interaction-forms.js';
export { ProviderLimits } from './http/provider-limits.js';
export { mountProvider } from './http/provider-mount.js';
