import { IndieauthClient } from './persistence/indieauth-client.entity.js';
import { IndieauthDomain } from './persistence/indieauth-domain.entity.js';
import { IndieauthGrant } from './persistence/indieauth-grant.entity.js';

export const indieauthEntities = [IndieauthClient, IndieauthGrant, IndieauthDomain];
