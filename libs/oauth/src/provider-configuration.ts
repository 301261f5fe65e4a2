import { randomUUID } from 'node:crypto';
import { type Client, type Configuration, errors, interactionPolicy, type JWKS } from 'oidc-provider';
import type { Adapter, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { randomToken } from '@app/crypto';
import { multiFactor, singleFactor } from '@app/sessions';
import { claimsOfScopes } from './account-claims.js';
import { mayAskFrom, mayIntrospect, mayRevoke } from './client-permissions.js';
import { accessTokenLifetime, idTokenLifetime, type Lifetimes, refreshTokenLifetime } from './lifetimes.js';
import { judgeOwnMember, ownClientMetadata, ownMetadataOf, requiresPkce } from './own-metadata.js';
import type { ProviderPages } from './provider-pages.js';

/** What the configuration is made of. */
export interface ConfigurationParts {
  readonly adapter: (model: string) => Adapter;
  readonly findAccount: FindAccount;
  /** For what clients name: their keys, where they want to hear of a sign-out. */
  readonly fetch: NonNullable<Configuration['fetch']>;
  readonly jwks: JWKS;
  readonly cookieKeys: string[];
  readonly loadExistingGrant: NonNullable<Configuration['loadExistingGrant']>;
  /** Whether who is signed in to the browser did so within so many seconds, by the database's clock. */
  readonly isRecent: (ctx: KoaContextWithOIDC, maxAge: number) => Promise<boolean>;
  readonly pages: ProviderPages;
  /** Whether who holds an initial access token may register a client. */
  readonly dynamicRegistration: boolean;
  readonly clientDocuments: NonNullable<Configuration['features']>['clientIdMetadataDocument'];
  /** Those of the installation. */
  readonly lifetimes: Lifetimes;
  /** Seconds that are left of the session that the tokens of this request end with; undefined: of none. */
  readonly sessionLeft: (ctx: KoaContextWithOIDC | undefined) => number | undefined;
  /** Seconds since the first token of the family of the refresh token that was presented; 0: none was. */
  readonly familyAge: (ctx: KoaContextWithOIDC | undefined) => number;
}

const day = 86_400;
/** Seconds. */
const [deviceCodeLifetime, interactionLifetime] = [600, 3600];

/** The OpenID Provider as we run it; a plain value, so that a test can read it. */
export function providerConfiguration(parts: ConfigurationParts): Configuration {
  return {
    adapter: parts.adapter,
    findAccount: parts.findAccount,
    fetch: parts.fetch,
    jwks: parts.jwks,
    loadExistingGrant: parts.loadExistingGrant,
    renderError: parts.pages.error,
    routes,
    cookies: {
      keys: parts.cookieKeys,
      names: {
        session: '__Host-gatehouse-provider',
        interaction: interactionCookie,
        resume: '__Secure-gatehouse-resume',
      },
      long: { httpOnly: true, sameSite: 'lax', secure: true, path: '/' },
      short: { httpOnly: true, sameSite: 'lax', secure: true },
    },
    interactions: {
      policy: policy(parts),
      url: (_ctx, { uid }) => interactionPath(uid),
    },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      clientIdMetadataDocument: parts.clientDocuments,
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: parts.pages.deviceCode,
        userCodeConfirmSource: parts.pages.deviceConfirm,
        successSource: parts.pages.deviceDone,
      },
      dPoP: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: resourceServer,
        useGrantedResource: () => true,
      },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      registration: {
        enabled: parts.dynamicRegistration,
        initialAccessToken: true,
        issueRegistrationAccessToken: false,
        idFactory: () => randomUUID(),
        secretFactory: () => randomToken(),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: parts.pages.signOut,
        postLogoutSuccessSource: parts.pages.signedOut,
      },
      backchannelLogout: { enabled: true },
      userinfo: { enabled: true },
    },
    scopes: ['openid', 'offline_access', ...Object.keys(claimsOfScopes).filter((scope) => scope !== 'openid')],
    claims: { ...claimsOfScopes, acr: null, amr: null, auth_time: null, sid: null, iss: null },
    acrValues: [singleFactor, multiFactor],
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256'],
      userinfoSigningAlgValues: ['RS256', 'ES256'],
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    },
    extraClientMetadata: {
      properties: [...ownClientMetadata],
      // The context is there while a client registers itself. Whose id is an address describes itself, too.
      validator: (ctx, name, value, client) =>
        judgeOwnMember(name, value, client, (ctx as unknown) !== undefined || URL.canParse(client.client_id)),
    },
    clientBasedCORS: mayAskFrom,
    pkce: { required: (_ctx, client) => requiresPkce(ownMetadataOf(client)) },
    // RFC 9700 section 4.14.2: every use brings a new one.
    rotateRefreshToken: () => true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    revokeGrantPolicy: () => true,
    ttl: lifetimesOf(parts),
  };
}

function lifetimesOf({ lifetimes, sessionLeft, familyAge }: ConfigurationParts): NonNullable<Configuration['ttl']> {
  const accessToken = (ctx: KoaContextWithOIDC, token: LivingToken, client: Client): number =>
    accessTokenLifetime(lifetimes, ownMetadataOf(client), {
      resource: token.resourceServer?.identifier(),
      sessionLeft: token.expiresWithSession === true ? sessionLeft(ctx) : undefined,
    });
  return {
    AuthorizationCode: lifetimes.authorizationCode,
    DeviceCode: deviceCodeLifetime,
    AccessToken: accessToken,
    ClientCredentials: accessToken,
    IdToken: idTokenLifetime,
    Interaction: interactionLifetime,
    // The one session row has the last word: its end hides the provider's.
    Session: 365 * day,
    Grant: 365 * day,
    RefreshToken: (ctx, token, client) =>
      refreshTokenLifetime(lifetimes, ownMetadataOf(client), {
        age: familyAge(ctx),
        sessionLeft: token.expiresWithSession === true ? sessionLeft(ctx) : undefined,
      }),
  };
}

interface LivingToken {
  readonly resourceServer?: { identifier(): string } | undefined;
  readonly expiresWithSession?: boolean | undefined;
}

/**
 * The provider's own policy, with the database's clock for `max_age`, and with a prompt for a level that is only
 * wished for (`acr_values`): whoever holds a second factor is asked for it.
 */
function policy({ isRecent }: ConfigurationParts): interactionPolicy.DefaultPolicy {
  const { Check } = interactionPolicy;
  const prompts = interactionPolicy.base();
  const checks = prompts.get('login')?.checks;
  checks?.remove('max_age');
  checks?.add(
    new Check('max_age', 'End-User authentication could not be obtained', async (ctx) => {
      const { params, result } = ctx.oidc;
      if (params?.['max_age'] === undefined || result?.login) return Check.NO_NEED_TO_PROMPT;
      const recent = await isRecent(ctx, Number(params['max_age']));
      return recent ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  checks?.add(
    new Check('acr_values', 'The requested level could not be obtained', (ctx) => {
      const { params, result, session } = ctx.oidc;
      const wanted = typeof params?.['acr_values'] === 'string' ? params['acr_values'].split(' ') : [];
      const below = wanted.includes(multiFactor) && !wanted.includes(singleFactor) && session?.acr !== multiFactor;
      return below && !result?.login ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return prompts;
}

/** Where a browser is sent with a question. */
export const interactionPath = (uid: string): string => `/oidc/interaction/${uid}`;

/** For the path of one interaction, so it cannot be a `__Host-` cookie. */
export const interactionCookie = '__Secure-gatehouse-interaction';

export const tokenPath = '/oidc/token';

const routes: NonNullable<Configuration['routes']> = {
  authorization: '/oidc/auth',
  code_verification: '/oidc/device',
  device_authorization: '/oidc/device/auth',
  end_session: '/oidc/session/end',
  introspection: '/oidc/token/introspection',
  jwks: '/oidc/jwks',
  pushed_authorization_request: '/oidc/request',
  registration: '/oidc/reg',
  revocation: '/oidc/token/revocation',
  token: tokenPath,
  userinfo: '/oidc/me',
};

/** RFC 8707: a resource is one that the client is registered for. @throws InvalidTarget */
function resourceServer(_ctx: KoaContextWithOIDC, resource: string, client: Client) {
  const scopes = ownMetadataOf(client).resources?.[resource];
  if (!scopes) throw new errors.InvalidTarget();
  return {
    scope: scopes.join(' '),
    audience: resource,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: 'ES256' as const } },
  };
}
