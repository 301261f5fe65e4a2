import {
  type Adapter,
  type Configuration,
  errors,
  type FindAccount,
  interactionPolicy,
  type JWKS,
} from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProviderPages } from '@app/oauth';
import { listedRedirectUris } from './clients/indieauth-clients.js';
import { asksForScope, requestableScopes } from './asked-scope.js';
import { issuerPath } from './metadata.js';

export interface ConfigurationParts {
  readonly adapter: (model: string) => Adapter;
  readonly findAccount: FindAccount;
  readonly jwks: JWKS;
  readonly cookieKeys: string[];
  readonly pages: ProviderPages;
  /** Seconds. */
  readonly lifetimes: {
    readonly authorizationCode: number;
    readonly accessToken: number;
    readonly refreshTokenIdle: number;
    readonly refreshToken: number;
  };
  /** Seconds since the first token of the family of the refresh token that was presented; 0: none was. */
  readonly familyAge: (ctx: KoaContextWithOIDC) => number;
  /** As whom the user of a grant signed in. */
  readonly meOf: (grantId: string) => Promise<string | undefined>;
  /** Whether a request wants to know who somebody is, and no token. */
  readonly isProfileOnly: (ctx: KoaContextWithOIDC) => boolean;
}

const day = 86_400;

/**
 * The IndieAuth server as we run it. Routes are below its issuer's path. What the library has no words for (metadata,
 * profile, Bearer introspection, revocation by the token alone) is in `shims/`.
 */
export function indieauthConfiguration(parts: ConfigurationParts): Configuration {
  const { lifetimes } = parts;
  return {
    adapter: parts.adapter,
    findAccount: parts.findAccount,
    jwks: parts.jwks,
    renderError: parts.pages.error,
    routes: { authorization: '/auth', token: '/token', introspection: '/introspect', jwks: '/jwks' },
    cookies: {
      keys: parts.cookieKeys,
      names: {
        session: '__Host-gatehouse-indieauth',
        interaction: interactionCookie,
        resume: '__Secure-gatehouse-indieauth-resume',
      },
      long: { httpOnly: true, sameSite: 'lax', secure: true, path: '/' },
      short: { httpOnly: true, sameSite: 'lax', secure: true },
    },
    interactions: { policy: policy(), url: (_ctx, { uid }) => interactionPath(uid) },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      // Who got here with no secret is somebody's program: it knows its own token.
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientAuthMethod !== 'none' },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    scopes: [...requestableScopes],
    claims: {},
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientBasedCORS: (_ctx, origin, client) => new URL(client.clientId).origin === origin,
    extraClientMetadata: { properties: [listedRedirectUris] },
    extraParams: { me: requireState },
    extraTokenClaims: async (_ctx, token) => {
      const grantId = 'grantId' in token ? token.grantId : undefined;
      return grantId === undefined ? undefined : { me: await parts.meOf(grantId) };
    },
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    expiresWithSession: () => false,
    issueRefreshToken: (ctx, _client, code) => !parts.isProfileOnly(ctx) && asksForScope(code.scope),
    // RFC 9700 section 4.14.2: every use brings a new one.
    rotateRefreshToken: () => true,
    // Every authorization is asked for: only what was allowed in this one counts.
    loadExistingGrant: async ({ oidc: { result, provider } }) => {
      const grantId = result?.consent?.grantId;
      return grantId === undefined ? undefined : provider.Grant.find(grantId);
    },
    ttl: {
      AuthorizationCode: lifetimes.authorizationCode,
      AccessToken: lifetimes.accessToken,
      Interaction: 3600,
      // The one session row has the last word: its end hides the provider's.
      Session: 365 * day,
      Grant: 365 * day,
      RefreshToken: (ctx) =>
        Math.max(1, Math.floor(Math.min(lifetimes.refreshTokenIdle, lifetimes.refreshToken - parts.familyAge(ctx)))),
    },
  };
}

/** For the path of one interaction, so it cannot be a `__Host-` cookie. */
export const interactionCookie = '__Secure-gatehouse-indieauth-interaction';

export const interactionPath = (uid: string): string => `${issuerPath}/interaction/${uid}`;

/** A consent is of one authorization and no other: it is asked for every time (IndieAuth section 5.2). */
function policy(): interactionPolicy.DefaultPolicy {
  const { Check } = interactionPolicy;
  const prompts = interactionPolicy.base();
  prompts
    .get('consent')
    ?.checks.add(
      new Check('each_authorization', 'every authorization is asked for', 'consent_required', ({ oidc }) =>
        oidc.result?.consent ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return prompts;
}

/** Here it is no option (section 5.2). The library runs this for every request, with `me` or without. */
function requireState(ctx: KoaContextWithOIDC): void {
  if (ctx.oidc.params?.['state'] === undefined) throw new errors.InvalidRequest("missing required parameter 'state'");
}
