import { Injectable } from '@nestjs/common';
import { type ClientMetadata as ProviderMetadata, errors } from 'oidc-provider';
import { AppError, type FieldFault } from '@app/errors';
import { fault, listOf, ruleFaults } from './client-rules.js';
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
    const faults = ruleFaults(metadata);
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

/** The member that a sentence of the provider speaks of. */
const memberIn = /\b(scope|jwks|contacts|resources|[a-z]+(_[a-z]+)+)\b/;

function faultOf(sentence: string): FieldFault {
  // The one sentence that names none is about the keys.
  const field = memberIn.exec(sentence)?.[0] ?? 'jwks';
  return fault(field, sentence.startsWith(`${field} `) ? sentence.slice(field.length + 1) : sentence);
}

const invalidMetadata = (faults: readonly FieldFault[]): AppError =>
  new AppError('invalid', 'oauth.invalid_client_metadata', 'A client cannot be registered so; see errors.', { faults });
