import { randomBytes } from 'node:crypto';

/** The one confidential client of both providers. */
export const clientId = 'bench';
export const clientSecret = randomBytes(32).toString('base64url');
export const redirectUri = 'https://client.bench.example/callback';
/** For what it may ask JWTs (RFC 8707). */
export const resource = 'https://api.bench.example/';

/** By RFC 7591 names. */
export const clientMetadata = {
  client_name: 'Bench',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'ES256',
} as const;
