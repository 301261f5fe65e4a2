import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import type { ClientInfo, JsonValue } from '@app/audit';
import { constantTimeEqual, sha256 } from '@app/crypto';
import type { LimitHit, LimitState } from '@app/limits';
import { ClientsRepository, type EnabledClient } from './clients.repository.js';

const hashList = 'sha256:';

/** Looks clients up for the providers. */
@Injectable()
export class Clients {
  constructor(private readonly repository: ClientsRepository) {}

  /** The client as a provider takes it; in place of a secret stand the hashes of those that are good now. */
  async forProvider(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.repository.findEnabled(id);
    return client && providerPayload(id, client);
  }

  /** As forProvider(), and counts what limits count. */
  async forProviderCounting(
    id: string,
    hits: readonly LimitHit[],
  ): Promise<{ limit: LimitState; client: AdapterPayload | undefined }> {
    const { limit, client } = await this.repository.countAndFind(hits, id);
    return { limit, client: client && providerPayload(id, client) };
  }

  /** Keeps a client that registered itself, for the one initial access token that lets it. */
  async register(id: string, payload: AdapterPayload, initialToken: Buffer, client: ClientInfo): Promise<boolean> {
    const { client_secret: secret, ...members } = payload;
    const kept = Object.entries(members).filter(([name]) => !keptElsewhere.has(name));
    const metadata = Object.fromEntries(kept);
    const secretHash = typeof secret === 'string' ? sha256(secret) : null;
    const data = { clientId: id, metadata: JSON.parse(JSON.stringify(metadata)) as JsonValue };
    const record = { type: 'oauth.client_registered', client, data };
    return this.repository.register({ id, metadata, secretHash }, initialToken, record);
  }
}

/** A client as a provider takes it, always the same for the same row: the provider remembers it by its content. */
export function providerPayload(id: string, { metadata, firstParty, secretHashes }: EnabledClient): AdapterPayload {
  const secret = secretHashes.length > 0 ? { client_secret: hashList + [...secretHashes].sort().join(',') } : {};
  return { ...metadata, ...secret, client_id: id, first_party: firstParty } as AdapterPayload;
}

/** Columns of their own. */
const keptElsewhere = new Set(['client_id', 'client_id_issued_at', 'client_secret_expires_at', 'first_party']);

/** Whether a secret is one of those whose hashes `forProvider` put in its place. */
export function isClientSecret(hashes: string | undefined, actual: string): boolean {
  if (!hashes?.startsWith(hashList)) return false;
  const digest = sha256(actual);
  const matches = hashes
    .slice(hashList.length)
    .split(',')
    .map((hex) => constantTimeEqual(Buffer.from(hex, 'hex'), digest));
  return matches.includes(true);
}
