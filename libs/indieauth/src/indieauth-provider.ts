import type { IncomingMessage } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { type Client, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { HttpConfig, RuntimeConfig } from '@app/config';
import { Envelopes, KeyedHash } from '@app/crypto';
import {
  adapterFactory,
  ArtifactsRepository,
  GrantsRepository,
  InstallationLifetimes,
  ProviderPages,
  ProviderRequests,
  setUpProvider,
} from '@app/oauth';
import { EndSession } from '@app/sessions';
import { SigningKeys } from '@app/tokens';
import { IndieauthClients, listedRedirectUris } from './clients/indieauth-clients.js';
import { mayRedirect } from './clients/redirect-uri.js';
import { IndieauthGrantsRepository } from './grants.repository.js';
import { IndieauthAccounts } from './indieauth-accounts.js';
import { indieauthConfiguration, interactionPath } from './indieauth-configuration.js';
import { issuerOf } from './metadata.js';
import { shimsOf } from './shims/shims.js';

/** The provider of {PUBLIC_URL}/indieauth. It signs nothing, so it needs no new instance when keys change. */
@Injectable()
export class IndieauthProvider {
  readonly issuer = 'indieauth';
  readonly interactionPath = interactionPath;
  private readonly log = new Logger(IndieauthProvider.name);
  private readonly profileOnly = new WeakSet<IncomingMessage>();
  private instance: Provider | undefined;

  constructor(
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
    private readonly keys: SigningKeys,
    private readonly accounts: IndieauthAccounts,
    private readonly artifacts: ArtifactsRepository,
    private readonly grants: GrantsRepository,
    private readonly clients: IndieauthClients,
    private readonly mes: IndieauthGrantsRepository,
    private readonly requests: ProviderRequests,
    private readonly endSession: EndSession,
    private readonly envelopes: Envelopes,
    private readonly keyedHash: KeyedHash,
    private readonly lifetimes: InstallationLifetimes,
  ) {}

  current(): Provider {
    return (this.instance ??= this.build());
  }

  /** Marks a request that came to the authorization endpoint: it redeems a code for who somebody is. */
  redeemForProfile(message: IncomingMessage): void {
    this.profileOnly.add(message);
  }

  private build(): Provider {
    const isProfileOnly = (ctx: Pick<KoaContextWithOIDC, 'req'> | undefined): boolean =>
      ctx !== undefined && this.profileOnly.has(ctx.req);
    const provider = new Provider(issuerOf(this.http.publicUrl), {
      ...indieauthConfiguration({
        adapter: adapterFactory(this.stores()),
        findAccount: this.accounts.finder((ctx) => isProfileOnly(ctx)),
        jwks: { keys: this.keys.privateJwks() },
        cookieKeys: [this.keyedHash.digest('indieauth-cookies', '').toString('base64url')],
        pages: new ProviderPages(this.runtime.productName),
        lifetimes: {
          authorizationCode: this.lifetimes.authorizationCode,
          accessToken: this.lifetimes.opaqueAccessToken,
          refreshTokenIdle: this.lifetimes.refreshTokenIdle,
          refreshToken: this.lifetimes.refreshToken,
        },
        familyAge: (ctx) => this.requests.of(ctx.req)?.familyAge ?? 0,
        meOf: async (grantId) => (await this.mes.find(grantId))?.me,
        isProfileOnly,
      }),
    });
    setUpProvider(provider, (error) => this.log.error(error));
    const { accounts } = this;
    for (const shim of shimsOf(provider, { publicUrl: this.http.publicUrl, accounts, isProfileOnly }))
      provider.use(shim);
    adaptClients(provider, isProfileOnly);
    return provider;
  }

  private stores(): Parameters<typeof adapterFactory>[0] {
    const { artifacts, grants, clients, requests, endSession, envelopes, keyedHash, issuer } = this;
    return { issuer, artifacts, grants, clients, requests, endSession, envelopes, keyedHash };
  }
}

/** IndieAuth's own rules of where a code may go, and of what is redeemed where. */
function adaptClients(provider: Provider, isProfileOnly: (ctx: KoaContextWithOIDC | undefined) => boolean): void {
  const prototype = provider.Client.prototype as Client & { grantTypeAllowed(type: string): boolean };
  prototype.redirectUriAllowed = function (this: Client, redirectUri: string) {
    const listed = this.metadata()[listedRedirectUris];
    return mayRedirect(this.clientId, Array.isArray(listed) ? listed.map(String) : [], redirectUri);
  };
  const allowed = prototype.grantTypeAllowed;
  prototype.grantTypeAllowed = function (this: Client, type: string) {
    return allowed.call(this, type) && (type === 'authorization_code' || !isProfileOnly(Provider.ctx));
  };
}
