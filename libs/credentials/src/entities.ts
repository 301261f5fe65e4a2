import { PasswordCredential } from './persistence/password-credential.entity.js';

export const credentialsEntities = [PasswordCredential];
