import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { type AdapterParts, currentRequest, unsupported } from './adapter-parts.js';
import { artifactHash } from './artifact-hashes.js';
import { ruleFaults } from './client-rules.js';

/** Clients are written by administrators, and by those who register themselves (RFC 7591). */
export class ClientAdapter implements Adapter {
  constructor(private readonly parts: AdapterParts) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { clients, requests } = this.parts;
    return currentRequest(requests)?.clients.get(id) ?? clients.forProvider(id);
  }

  /** @throws InvalidToken where the initial access token was used before; InvalidClientMetadata */
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    const { clients, issuer, requests } = this.parts;
    const request = currentRequest(requests);
    const token = Provider.ctx?.oidc.entities.InitialAccessToken;
    if (!clients.register || !request || !token) throw new Error('clients are not registered like this');
    const [fault] = ruleFaults(payload);
    if (fault) throw new errors.InvalidClientMetadata(`${fault.field} ${fault.detail}`);
    const hash = artifactHash(issuer, 'InitialAccessToken', token.jti);
    if (!(await clients.register(id, payload, hash, request.client))) {
      throw new errors.InvalidToken('the initial access token was used');
    }
  }

  destroy = unsupported;
  findByUid = unsupported;
  findByUserCode = unsupported;
  consume = unsupported;
  revokeByGrantId = unsupported;
}
