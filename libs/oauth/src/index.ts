export { OauthModule } from './oauth.module.js';
export type { ClientSource } from './adapter-parts.js';
export { adapterFactory } from './artifact-adapter.js';
export { artifactHash } from './artifact-hashes.js';
export { ArtifactsRepository } from './artifacts.repository.js';
export { Clients } from './clients.service.js';
export { ConsentsRepository } from './consents.repository.js';
export { addTo } from './grant-loader.js';
export { GrantsRepository } from './grants.repository.js';
export { InstallationLifetimes } from './installation-lifetimes.js';
export {
  type Interaction,
  type InteractionProvider,
  Interactions,
  type InteractionStep,
} from './interactions.service.js';
export { OauthGrant } from './persistence/oauth-grant.entity.js';
export { ProviderPages } from './provider-pages.js';
export { type ProviderRequest, ProviderRequests } from './provider-request.js';
export { setUpProvider } from './provider-set-up.js';
export { missingOf } from './requested.js';
