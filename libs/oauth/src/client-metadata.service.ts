import { Injectable } from '@nestjs/common';
import { type ClientMetadata as ProviderMetadata, errors } from 'oidc-provider';
import { AppError, type FieldFault } from '@app/errors';
import { OpenidProvider } from './openid-provider.js';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** Judges what a client is registered with. */
@Injectable()
export class ClientMetadataJudge {
  constructor(private readonly openid: OpenidProvider) {}

  /**
   * Fills in what RFC 7591 gives as defaults, and holds all against our rules and the provider's own, so that what
   * is stored always loads.
   * @throws AppError invalid `oauth.invalid_client_metadata` naming the member
   */
  async judge(clientId: string, given: ClientMetadata): Promise<ClientMetadata> {
    const metadata = withDefaults(given);
    const faults = ownFaults(metadata);
    if (faults.length > 0) throw invalidMetadata(faults);
    // Completed in place by the provider, and nothing but JSON.
    const copy = JSON.parse(
      JSON.stringify({ ...metadata, client_id: clientId, client_secret: 'a'.repeat(43) }),
    ) as ProviderMetadata;
    try {
      await this.openid.current().Client.validate(copy);
    } catch (error) {
      if (!(error instanceof errors.InvalidClientMetadata)) throw error;
      throw invalidMetadata([faultOf(error.error_description ?? error.message)]);
    }
    return metadata;
  }
}

/** Whether a client proves itself by a secret that we gave it. */
export const needsSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post';

function withDefaults(given: ClientMetadata): ClientMetadata {
  const grantTypes = listOf(given['grant_types'] ?? ['authorization_code']);
  return {
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: [],
    ...given,
  };
}

/** What the provider would take and we do not. */
function ownFaults(metadata: ClientMetadata): FieldFault[] {
  const faults: FieldFault[] = [];
  const grantTypes = listOf(metadata['grant_types']);
  if (grantTypes.includes('client_credentials') && metadata['token_endpoint_auth_method'] === 'none') {
    faults.push(fault('grant_types', 'client_credentials needs a client that authenticates'));
  }
  if (grantTypes.includes('authorization_code') !== listOf(metadata['response_types']).includes('code')) {
    faults.push(fault('response_types', 'must be ["code"] with the grant type authorization_code, and [] without it'));
  }
  for (const member of ['redirect_uris', 'post_logout_redirect_uris']) {
    if (!listOf(metadata[member]).every(isSafeTarget)) faults.push(fault(member, 'may use http on loopback only'));
  }
  return faults;
}

/** RFC 9700 section 2.6. */
function isSafeTarget(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** The member that a sentence of the provider speaks of. */
const memberIn = /\b(scope|jwks|contacts|resources|[a-z]+(_[a-z]+)+)\b/;

function faultOf(sentence: string): FieldFault {
  // The one sentence that names none is about the keys.
  const field = memberIn.exec(sentence)?.[0] ?? 'jwks';
  return fault(field, sentence.startsWith(`${field} `) ? sentence.slice(field.length + 1) : sentence);
}

const fault = (field: string, detail: string): FieldFault => ({ field, code: 'invalid', detail });

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const invalidMetadata = (faults: readonly FieldFault[]): AppError =>
  new AppError('invalid', 'oauth.invalid_client_metadata', 'A client cannot be registered so; see errors.', { faults });
