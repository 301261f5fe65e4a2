import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import { constantTimeEqual, sha256 } from '@app/crypto';
import { ClientsRepository } from './clients.repository.js';

const hashList = 'sha256:';

/** Looks clients up for the providers. */
@Injectable()
export class Clients {
  constructor(private readonly repository: ClientsRepository) {}

  /** The client as a provider takes it; in place of a secret stand the hashes of those that are good now. */
  async forProvider(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.repository.findEnabled(id);
    if (!client) return undefined;
    const { metadata, firstParty, secretHashes } = client;
    const secret =
      secretHashes.length > 0
        ? { client_secret: hashList + secretHashes.map((hash) => hash.toString('hex')).join(',') }
        : {};
    return { ...metadata, ...secret, client_id: id, first_party: firstParty } as AdapterPayload;
  }
}

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
