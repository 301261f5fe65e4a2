import { OneTimeToken } from './persistence/one-time-token.entity.js';
import { SigningKey } from './persistence/signing-key.entity.js';

export const tokensEntities = [OneTimeToken, SigningKey];
