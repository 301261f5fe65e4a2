import { type AdapterPayload, Provider } from 'oidc-provider';
import type { ClientInfo } from '@app/audit';
import type { Envelopes, KeyedHash } from '@app/crypto';
import type { EndSession } from '@app/sessions';
import { parseUserId, type UserId } from '@app/users';
import { artifactHash } from './artifact-hashes.js';
import type { ArtifactsRepository } from './artifacts.repository.js';
import type { GrantsRepository } from './grants.repository.js';
import type { Issuer } from './persistence/oauth-grant.entity.js';
import type { ProviderRequest, ProviderRequests } from './provider-request.js';

/** Where a provider finds its clients; without a secret that could be read. */
export interface ClientSource {
  forProvider(id: string): Promise<AdapterPayload | undefined>;
  /**
   * Keeps a client that registered itself.
   * @param initialToken the hash of the initial access token that this uses up
   * @returns false where the token was used up before
   */
  register?(id: string, payload: AdapterPayload, initialToken: Buffer, client: ClientInfo): Promise<boolean>;
}

/** What an adapter needs, the same for every model. */
export interface AdapterParts {
  readonly issuer: Issuer;
  readonly artifacts: ArtifactsRepository;
  readonly grants: GrantsRepository;
  readonly clients: ClientSource;
  readonly requests: ProviderRequests;
  readonly endSession: EndSession;
  readonly envelopes: Envelopes;
  readonly keyedHash: KeyedHash;
}

/** The request that a provider is serving; undefined outside of one. */
export const currentRequest = (requests: ProviderRequests): ProviderRequest | undefined =>
  requests.of(Provider.ctx?.req);

export const grantHash = (issuer: Issuer, id: string): Buffer => artifactHash(issuer, 'Grant', id);

export const userIdOf = ({ accountId }: AdapterPayload): UserId | null =>
  accountId === undefined ? null : (parseUserId(accountId) ?? null);

/** For what a provider never asks of a model. */
export function unsupported(): Promise<never> {
  return Promise.reject(new Error('This model has no such operation.'));
}
