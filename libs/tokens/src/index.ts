export { type AccessTokenClaims, AccessTokens, firstPartyClientId, type VerifiedAccessToken } from './access-tokens.js';
export {
  insertOneTimeToken,
  type OneTimeTokenRecord,
  OneTimeTokens,
  type TokenGrant,
  type TokenOwner,
  type TokenPurpose,
} from './one-time-tokens.js';
export { type PrivateJwk, SigningKeys } from './signing-keys.js';
export type { SigningAlgorithm } from './signing-keys.repository.js';
export { tokenExpired, tokenInvalid, tokenRevoked, tokenUsed } from './tokens.errors.js';
export { TokensModule } from './tokens.module.js';
