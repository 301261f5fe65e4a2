import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SignInFlows } from '@app/authentication';
import { HttpConfig, OauthConfig, RuntimeConfig } from '@app/config';
import { Envelopes, KeyedHash } from '@app/crypto';
import { asFetch, GuardedFetch } from '@app/outbound';
import { EndSession } from '@app/sessions';
import { SigningKeys } from '@app/tokens';
import { Accounts } from './accounts.js';
import { adapterFactory } from './artifact-adapter.js';
import { ArtifactsRepository } from './artifacts.repository.js';
import { ClientDocuments } from './client-documents.js';
import { Clients } from './clients.service.js';
import { GrantLoader } from './grant-loader.js';
import { GrantsRepository } from './grants.repository.js';
import { InstallationLifetimes } from './installation-lifetimes.js';
import { IssuedTokensRepository } from './issued-tokens.repository.js';
import { tellOnce } from './logout/told-once.js';
import { interactionPath, providerConfiguration, tokenPath } from './provider-configuration.js';
import { ProviderPages } from './provider-pages.js';
import { ProviderRequests } from './provider-request.js';
import { setUpProvider } from './provider-set-up.js';
import { signingKeys } from './synchronous-signing-key.js';
import { issueTogether } from './token-issue.js';

/**
 * The OpenID Provider of PUBLIC_URL. The library takes its keys when it is made, so a new one takes over when the key
 * table moves; requests under way finish with the one they began with. All state is in the database.
 */
@Injectable()
export class OpenidProvider implements OnApplicationBootstrap {
  private readonly log = new Logger(OpenidProvider.name);
  readonly issuer = 'oidc';
  private instance: Provider | undefined;

  constructor(
    private readonly http: HttpConfig,
    private readonly runtime: RuntimeConfig,
    private readonly oauth: OauthConfig,
    private readonly keys: SigningKeys,
    private readonly accounts: Accounts,
    private readonly artifacts: ArtifactsRepository,
    private readonly issuedTokens: IssuedTokensRepository,
    private readonly grants: GrantsRepository,
    private readonly clients: Clients,
    private readonly grantLoader: GrantLoader,
    private readonly requests: ProviderRequests,
    private readonly flows: SignInFlows,
    private readonly endSession: EndSession,
    private readonly envelopes: Envelopes,
    private readonly keyedHash: KeyedHash,
    private readonly guardedFetch: GuardedFetch,
    private readonly lifetimes: InstallationLifetimes,
    private readonly clientDocuments: ClientDocuments,
  ) {}

  onApplicationBootstrap(): void {
    this.keys.onChange(() => {
      this.instance = this.build();
    });
  }

  readonly interactionPath = interactionPath;

  /** The instance of this moment: take it once a request. */
  current(): Provider {
    return (this.instance ??= this.build());
  }

  /** Not where the provider's session is of an earlier sign-in: an interaction renews it, and asks nobody again. */
  private async isRecent({ req, oidc }: KoaContextWithOIDC, maxAge: number): Promise<boolean> {
    const principal = await this.requests.of(req)?.principal();
    if (!principal || (oidc.session?.authTime() ?? 0) < Math.floor(principal.authTime.getTime() / 1000)) return false;
    return (await this.flows.judge({ maxAge }, principal.sessionId))?.recent ?? false;
  }

  private build(): Provider {
    const { artifacts, grants, clients, requests, endSession, envelopes, keyedHash } = this;
    const stores = { issuer: 'oidc', artifacts, grants, clients, requests, endSession, envelopes, keyedHash } as const;
    const provider = new Provider(
      this.http.publicUrl,
      providerConfiguration({
        adapter: adapterFactory(stores),
        findAccount: ({ req, oidc }, sub) =>
          this.accounts.find(sub, {
            active: requests.of(req)?.activeAccounts.has(sub) ?? false,
            known: requests.of(req)?.accounts.get(sub),
            bareIdToken: () => oidc.entities.AccessToken?.aud === undefined,
          }),
        fetch: asFetch(this.guardedFetch),
        jwks: { keys: signingKeys(this.keys.privateJwks()) },
        cookieKeys: [keyedHash.digest('oidc-cookies', '').toString('base64url')],
        loadExistingGrant: (ctx) => this.grantLoader.load(ctx),
        isRecent: (ctx, maxAge) => this.isRecent(ctx, maxAge),
        pages: new ProviderPages(this.runtime.productName),
        dynamicRegistration: this.oauth.dynamicRegistration,
        clientDocuments: this.clientDocuments.feature(),
        lifetimes: this.lifetimes,
        sessionLeft: (ctx) => requests.of(ctx?.req)?.sessionLeft,
        familyAge: (ctx) => requests.of(ctx?.req)?.familyAge ?? 0,
      }),
    );
    setUpProvider(provider, (error) => this.log.error(error));
    tellOnce(provider);
    provider.use(
      issueTogether({
        path: tokenPath,
        artifacts,
        issuedTokens: this.issuedTokens,
        requestOf: ({ req }) => requests.of(req),
        onServerError: (error) => this.log.error(error),
      }),
    );
    return provider;
  }
}
