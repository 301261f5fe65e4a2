import { Passkey } from './persistence/passkey.entity.js';
import { PasswordCredential } from './persistence/password-credential.entity.js';
import { RelyingPartyRow } from './persistence/relying-party.entity.js';

export const credentialsEntities = [PasswordCredential, Passkey, RelyingPartyRow];
