import { Injectable } from '@nestjs/common';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { parseUserId } from '@app/users';
import { ConsentsRepository } from './consents.repository.js';
import type { Granted } from './persistence/oauth-consent.entity.js';
import { intersection } from './requested.js';

type Grant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']>;

/** Finds what a client may have without asking anybody: of this sign-in, of an earlier consent, or because it is ours. */
@Injectable()
export class GrantLoader {
  constructor(private readonly consents: ConsentsRepository) {}

  async load({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { client, session, provider, result } = oidc;
    if (!client || !session?.accountId) return undefined;
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    if (known) return known;
    const granted = await this.grantedBefore(oidc);
    if (!granted) return undefined;
    const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
    addTo(grant, granted);
    await grant.save();
    return grant;
  }

  private async grantedBefore(oidc: KoaContextWithOIDC['oidc']): Promise<Granted | undefined> {
    const { client, session } = oidc;
    const userId = parseUserId(session?.accountId ?? '');
    if (!client || userId === undefined) return undefined;
    if (client.metadata()['first_party'] === true) return wanted(oidc);
    const consent = await this.consents.find(userId, client.clientId);
    return consent && intersection(consent, wanted(oidc));
  }
}

/** All that a request asks for. */
function wanted(oidc: KoaContextWithOIDC['oidc']): Granted {
  const resources = Object.entries(oidc.resourceServers ?? {}).map(([resource, server]) => {
    const scopes = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope));
    return [resource, scopes] as const;
  });
  return {
    scopes: [...oidc.requestParamOIDCScopes],
    claims: [...oidc.requestParamClaims],
    resources: Object.fromEntries(resources),
  };
}

/** Adds to a grant, which is to be saved then. */
export function addTo(grant: Grant, { scopes, claims, resources }: Granted): void {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  for (const [resource, ofResource] of Object.entries(resources))
    grant.addResourceScope(resource, ofResource.join(' '));
}
