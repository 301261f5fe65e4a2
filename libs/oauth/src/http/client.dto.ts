import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { AdministeredClient } from '../administered-clients.repository.js';
import type { ClientWithSecret } from '../client-administration.service.js';
import { effectiveLifetimes, type EffectiveLifetimes, type Lifetimes } from '../lifetimes.js';
import { type OwnMetadata, requiresPkce } from '../own-metadata.js';
import { FlagMember, MapMember, SecondsMember, TextMember, TextsMember } from './client-members.js';

/** Client metadata: RFC 7591, OpenID Connect and some of ours. */
export class ClientMetadataDto {
  @TextMember('Shown to people') client_name?: string | null;
  @TextMember() client_uri?: string | null;
  @TextMember() logo_uri?: string | null;
  @TextMember() policy_uri?: string | null;
  @TextMember() tos_uri?: string | null;
  @TextsMember() contacts?: string[] | null;
  @TextMember('web (the default) or native') application_type?: string | null;
  @TextsMember('Compared exactly; a native client may use any port of a loopback address') redirect_uris?:
    string[] | null;
  @TextsMember('Where a sign-out that it asks for may lead; compared exactly') post_logout_redirect_uris?:
    string[] | null;
  @TextsMember(
    'authorization_code (the default), refresh_token, client_credentials, urn:ietf:params:oauth:grant-type:device_code',
  )
  grant_types?: string[] | null;
  @TextsMember('["code"], or [] where there is no authorization_code') response_types?: string[] | null;
  @TextsMember('query, fragment, form_post; left out: all of them') response_modes?: string[] | null;
  @TextMember('client_secret_basic (the default), client_secret_post, private_key_jwt, none')
  token_endpoint_auth_method?: string | null;
  @TextMember() token_endpoint_auth_signing_alg?: string | null;
  @MapMember({}, 'Public keys (RFC 7517) of a client that authenticates by private_key_jwt') jwks?: object | null;
  @TextMember() jwks_uri?: string | null;
  @TextMember('The OpenID scopes it may ask for; left out: all of them') scope?: string | null;
  @TextMember() id_token_signed_response_alg?: string | null;
  @SecondsMember('How old a sign-in may be where the client says nothing') default_max_age?: number | null;
  @TextsMember() default_acr_values?: string[] | null;
  @FlagMember() require_auth_time?: boolean | null;
  @FlagMember() require_pushed_authorization_requests?: boolean | null;
  @FlagMember() dpop_bound_access_tokens?: boolean | null;
  @TextMember('Where it is told, server to server, that a session ended') backchannel_logout_uri?: string | null;
  @FlagMember('true: its ID tokens and logout tokens name the session (sid)') backchannel_logout_session_required?:
    boolean | null;
  @TextMember() initiate_login_uri?: string | null;

  @FlagMember('One of our own programs: nobody is asked for consent') first_party?: boolean | null;
  @FlagMember('A resource server: it may ask about tokens of other clients, here and of IndieAuth')
  may_introspect?: boolean | null;
  @FlagMember(
    'true (the default): every authorization request needs PKCE with S256. false, for a client that authenticates ' +
      'alone, lets it do without: a code that is slipped into its answers is found by its own `nonce` alone then. For ' +
      'clients that cannot do PKCE, and for conformance tests',
  )
  require_pkce?: boolean | null;
  @MapMember(
    { type: 'array', items: { type: 'string' } },
    'What it may ask tokens for (RFC 8707): the scopes of each resource',
  )
  resources?: Record<string, string[]> | null;
  @SecondsMember('Of access tokens; those for a resource never live longer than the installation lets them')
  access_token_lifetime?: number | null;
  @MapMember({ type: 'integer' }, 'Seconds. Of access tokens for a resource') resource_lifetimes?: Record<
    string,
    number
  > | null;
  @SecondsMember('Until a refresh token ends that is not used') refresh_token_idle_lifetime?: number | null;
  @SecondsMember('Until the last of its refresh tokens ends, however often they are used') refresh_token_lifetime?:
    number | null;
}

export class CreateClientDto extends ClientMetadataDto {
  @ApiPropertyOptional({ description: 'Left out: one is made', pattern: '^[A-Za-z0-9._~-]{3,64}$' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._~-]{3,64}$/, { message: 'must be 3 to 64 letters, digits and any of . _ ~ -' })
  client_id?: string;
}

export class RotateSecretDto {
  @ApiPropertyOptional({ type: 'integer', default: 86_400, description: 'Seconds that the old secrets are good for' })
  @IsInt()
  @Min(0)
  @Max(90 * 86_400)
  overlap_seconds = 86_400;
}

export class ClientSecretDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null: the one in force' })
  expires_at: string | null;
}

const seconds = { type: 'integer' } as const;

/** What comes out of the settings, the client and its resources; a session that ends earlier ends tokens earlier. */
export class EffectiveLifetimesDto implements EffectiveLifetimes {
  @ApiProperty(seconds) authorization_code: number;
  @ApiProperty(seconds) id_token: number;
  @ApiProperty(seconds) access_token: number;
  @ApiProperty(seconds) refresh_token_idle: number;
  @ApiProperty(seconds) refresh_token: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) resources: Record<string, number>;
}

export class ClientDto extends ClientMetadataDto {
  @ApiProperty() client_id: string;
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' }) client_id_issued_at: number;
  @ApiPropertyOptional() subject_type?: string;
  @ApiProperty() disabled: boolean;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
  @ApiProperty({ type: [ClientSecretDto], description: 'Those that are good' }) secrets: ClientSecretDto[];
  @ApiProperty({ type: EffectiveLifetimesDto, description: 'Seconds' }) effective_lifetimes: EffectiveLifetimesDto;
}

export class ClientWithSecretDto extends ClientDto {
  @ApiPropertyOptional({ description: 'Where one was made; told this once' }) client_secret?: string;
  @ApiPropertyOptional({ type: 'integer', description: 'Always 0: it does not expire by itself' })
  client_secret_expires_at?: number;
}

export function clientDto(client: AdministeredClient, installation: Lifetimes): ClientDto {
  const { id, metadata, firstParty, createdAt, updatedAt, disabledAt, secrets } = client;
  return {
    client_id: id,
    client_id_issued_at: Math.floor(createdAt.getTime() / 1000),
    ...metadata,
    first_party: firstParty,
    require_pkce: requiresPkce(metadata as OwnMetadata),
    disabled: disabledAt !== null,
    updated_at: updatedAt.toISOString(),
    secrets: secrets.map((secret) => ({
      id: secret.id,
      created_at: new Date(secret.createdAt).toISOString(),
      expires_at: secret.expiresAt === null ? null : new Date(secret.expiresAt).toISOString(),
    })),
    effective_lifetimes: effectiveLifetimes(installation, metadata as OwnMetadata),
  };
}

export function clientWithSecretDto(
  { client, secret }: ClientWithSecret,
  installation: Lifetimes,
): ClientWithSecretDto {
  const told = secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 };
  return { ...clientDto(client, installation), ...told };
}
