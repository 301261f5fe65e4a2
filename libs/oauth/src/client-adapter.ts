import type { Adapter, AdapterPayload } from 'oidc-provider';
import { type AdapterParts, unsupported } from './adapter-parts.js';

/** Clients are read here and written by administrators. */
export class ClientAdapter implements Adapter {
  constructor(private readonly parts: AdapterParts) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.parts.clients.forProvider(id);
  }

  upsert = unsupported;
  destroy = unsupported;
  findByUid = unsupported;
  findByUserCode = unsupported;
  consume = unsupported;
  revokeByGrantId = unsupported;
}
