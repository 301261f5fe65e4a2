/** Scopes that clients of the IndieWeb ask for: who one is, Micropub, Microsub. */
export const scopes = [
  'profile',
  'email',
  'create',
  'update',
  'delete',
  'undelete',
  'draft',
  'media',
  'read',
  'follow',
  'mute',
  'block',
  'channels',
] as const;

export const issuerPath = '/indieauth';

/** The issuer of an installation. */
export const issuerOf = (publicUrl: string): string => `${publicUrl}${issuerPath}`;

export const metadataAddress = (publicUrl: string): string =>
  `${issuerOf(publicUrl)}/.well-known/oauth-authorization-server`;

/** The other form of its address, where the issuer has a path (RFC 8414 section 3.1). */
export const rootMetadataAddress = (publicUrl: string): string =>
  `${publicUrl}/.well-known/oauth-authorization-server${issuerPath}`;

/** The metadata document (IndieAuth section 4.1.1, RFC 8414). */
export function indieauthMetadata(publicUrl: string): Readonly<Record<string, unknown>> {
  const issuer = issuerOf(publicUrl);
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
    revocation_endpoint: `${issuer}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
    userinfo_endpoint: `${issuer}/userinfo`,
    scopes_supported: [...scopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    service_documentation: 'https://indieauth.spec.indieweb.org/',
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
