import { Injectable } from '@nestjs/common';
import { type AdapterPayload, errors, Provider } from 'oidc-provider';
import { Clients, type ClientSource } from '@app/oauth';
import { type ClientDocument } from './client-document.js';
import { ClientDiscovery, ClientUnknown } from './client-discovery.service.js';
import { clientUrl } from './client-id.js';

/** Metadata of ours: the addresses that a client's document lists. */
export const listedRedirectUris = 'listed_redirect_uris';

/**
 * Clients as the IndieAuth provider looks them up. Only an authorization fetches; afterwards what was found then
 * counts. Clients of the OpenID Provider are none here: those that administrators let may introspect, and no more.
 */
@Injectable()
export class IndieauthClients implements ClientSource {
  constructor(
    private readonly discovery: ClientDiscovery,
    private readonly registered: Clients,
  ) {}

  async forProvider(id: string): Promise<AdapterPayload | undefined> {
    const route = Provider.ctx?.oidc.route;
    const client = clientUrl(id);
    if (!client) return route === 'introspection' ? this.resourceServer(id) : undefined;
    const document = route === 'authorization' ? await this.current(client) : await this.discovery.known(client);
    return document && payloadOf(client, document);
  }

  /** A client that an administrator lets introspect, with a secret (RFC 7662 section 2.1). */
  private async resourceServer(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.registered.forProvider(id);
    if (client?.['may_introspect'] !== true || client['client_secret'] === undefined) return undefined;
    const { client_secret, client_name, token_endpoint_auth_method } = client as Record<string, string>;
    const payload = { client_id: id, client_secret, client_name, token_endpoint_auth_method };
    return { ...payload, grant_types: [], response_types: [], redirect_uris: [] } as AdapterPayload;
  }

  private async current(client: URL): Promise<ClientDocument> {
    try {
      return await this.discovery.current(client);
    } catch (error) {
      if (error instanceof ClientUnknown) throw new errors.InvalidClient(error.message);
      throw error;
    }
  }
}

function payloadOf({ href }: URL, { name, uri, logo, redirectUris }: ClientDocument): AdapterPayload {
  return {
    client_id: href,
    ...(name === null ? {} : { client_name: name }),
    ...(uri === null ? {} : { client_uri: uri }),
    ...(logo === null ? {} : { logo_uri: logo }),
    // The library wants one; `mayRedirect` decides.
    redirect_uris: [href],
    [listedRedirectUris]: redirectUris,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  } as AdapterPayload;
}
