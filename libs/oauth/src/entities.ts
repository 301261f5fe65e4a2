import { OauthArtifact } from './persistence/oauth-artifact.entity.js';
import { OauthClientSecret } from './persistence/oauth-client-secret.entity.js';
import { OauthClient } from './persistence/oauth-client.entity.js';
import { OauthConsent } from './persistence/oauth-consent.entity.js';
import { OauthGrant } from './persistence/oauth-grant.entity.js';

export const oauthEntities = [OauthClient, OauthClientSecret, OauthConsent, OauthGrant, OauthArtifact];
