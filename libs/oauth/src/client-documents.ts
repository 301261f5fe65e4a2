import { Injectable } from '@nestjs/common';
import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { OauthConfig } from '@app/config';
import { Limits, subject } from '@app/limits';
import { ruleFaults } from './client-rules.js';
import { ProviderRequests } from './provider-request.js';

type Feature = NonNullable<NonNullable<Configuration['features']>['clientIdMetadataDocument']>;

const longestAddress = 512;

/** Clients whose id is the address of a document that describes them (draft-ietf-oauth-client-id-metadata-document). */
@Injectable()
export class ClientDocuments {
  constructor(
    private readonly config: OauthConfig,
    private readonly limits: Limits,
    private readonly requests: ProviderRequests,
  ) {}

  /** For the provider; off unless the operator switched it on. */
  feature(): Feature {
    return {
      enabled: this.config.clientIdMetadataDocuments,
      ack: 'draft-02',
      allowFetch: (ctx, address) => this.mayFetch(ctx, address),
      allowClient: (_ctx, client: Client) => ruleFaults(client.metadata()).length === 0,
      cacheDuration: { min: 60, max: 86_400 },
    };
  }

  /** Anybody can have us fetch a document by naming it, so that is limited. */
  private async mayFetch({ req }: KoaContextWithOIDC, address: string): Promise<boolean> {
    if (address.length > longestAddress) return false;
    const from = subject.address(this.requests.of(req)?.client.address ?? null);
    const { exceeded } = await this.limits.count([{ rule: 'oauth_client_document.address', key: from }]);
    return !exceeded;
  }
}
