import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { ClientInfo } from '@app/audit';
import { type AdapterParts, currentRequest, grantHash, unsupported, userIdOf } from './adapter-parts.js';
import type { ProviderRequest } from './provider-request.js';

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };

/** What a client may do for a user. With it goes all that was handed out for it. */
export class GrantAdapter implements Adapter {
  constructor(private readonly parts: AdapterParts) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { issuer, grants, requests } = this.parts;
    const userId = userIdOf(payload);
    const { clientId } = payload;
    if (userId === null || clientId === undefined) throw new Error('a grant without a user or a client');
    const request = currentRequest(requests);
    request?.grants.delete(id);
    const sessionId = (await request?.principal())?.sessionId ?? null;
    const { jti: _, ...rest } = payload;
    const hash = grantHash(issuer, id);
    const data = { clientId, issuer, scopes: scopesOf(payload) };
    await grants.save(
      { hash, issuer, userId, clientId, sessionId, payload: { ...rest }, lifetime: expiresIn ?? 0 },
      { type: 'oauth.granted', userId, sessionId, client: request?.client ?? nobody, data },
    );
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { grants, issuer, requests } = this.parts;
    const known = currentRequest(requests)?.grants.get(id);
    const payload = known ?? (await grants.find(grantHash(issuer, id)));
    return payload && { ...payload, jti: id };
  }

  async destroy(id: string): Promise<void> {
    const request = currentRequest(this.parts.requests);
    request?.grants.delete(id);
    const record = { type: reasonOfRevocation(request), client: request?.client ?? nobody };
    await this.parts.grants.revoke(grantHash(this.parts.issuer, id), record);
  }

  /* Grants are found by their id alone. */
  findByUid = unsupported;
  findByUserCode = unsupported;
  consume = unsupported;
  revokeByGrantId = unsupported;
}

/** Why a provider revokes a grant, as the audit log calls it: told by what the request has presented. */
function reasonOfRevocation(request: ProviderRequest | undefined): string {
  if (request?.reused === 'AuthorizationCode') return 'oauth.code_replayed';
  return request?.reused === 'RefreshToken' ? 'oauth.refresh_token_reused' : 'oauth.grant_revoked';
}

/** Of a grant, those of resources after their own. */
function scopesOf({ openid, resources }: AdapterPayload): string[] {
  const texts = [(openid as { scope?: string } | undefined)?.scope ?? '', ...Object.values(resources ?? {})];
  return texts.flatMap((text) => String(text).split(' ')).filter((scope) => scope !== '');
}
