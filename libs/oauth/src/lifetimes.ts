/** Seconds; fixed. */
export const idTokenLifetime = 3600;

/** What an opaque token may live at most, whoever says so. */
export const longestOpaqueToken = 86_400;

/** Lifetimes in seconds, of an installation or as they come out for a client. */
export interface Lifetimes {
  /** Of a code, for every client (RFC 9700 section 2.1.1 wants it short). */
  readonly authorizationCode: number;
  /** Of an access token that is a JWT: nobody is asked about it, so it is what a resource may miss of a revocation. */
  readonly jwtAccessToken: number;
  readonly opaqueAccessToken: number;
  /** A refresh token ends when it was not used for so long. */
  readonly refreshTokenIdle: number;
  /** And in any case so long after the first of its family. */
  readonly refreshToken: number;
}

/** What a client's metadata say; what they leave out is the installation's. */
export interface ClientLifetimes {
  readonly access_token_lifetime?: number | undefined;
  /** Of tokens for one resource (RFC 8707), by the resource. */
  readonly resource_lifetimes?: Readonly<Record<string, number>> | undefined;
  readonly refresh_token_idle_lifetime?: number | undefined;
  readonly refresh_token_lifetime?: number | undefined;
}

/** Where a token is on its way: what else bounds it. */
export interface TokenPlace {
  /** The resource of a JWT; undefined: the token is opaque. */
  readonly resource?: string | undefined;
  /** Seconds that are left of the session it ends with; undefined: it ends with none. */
  readonly sessionLeft?: number | undefined;
}

/**
 * Seconds that an access token lives: what is said of its resource, else of its client, else of the installation;
 * never more than the kind of token may, nor than is left of its session.
 */
export function accessTokenLifetime(all: Lifetimes, client: ClientLifetimes, place: TokenPlace = {}): number {
  const { resource, sessionLeft = Infinity } = place;
  const ofClient = client.access_token_lifetime;
  if (resource === undefined) return atLeastOne(ofClient ?? all.opaqueAccessToken, longestOpaqueToken, sessionLeft);
  const ofResource = client.resource_lifetimes?.[resource];
  return atLeastOne(ofResource ?? ofClient ?? all.jwtAccessToken, all.jwtAccessToken, sessionLeft);
}

/** Seconds that a refresh token lives unless it is used, `age` seconds after the first of its family. */
export function refreshTokenLifetime(
  all: Lifetimes,
  client: ClientLifetimes,
  { age = 0, sessionLeft = Infinity }: { readonly age?: number } & Pick<TokenPlace, 'sessionLeft'> = {},
): number {
  const idle = client.refresh_token_idle_lifetime ?? all.refreshTokenIdle;
  const absolute = client.refresh_token_lifetime ?? all.refreshToken;
  return atLeastOne(idle, absolute - age, sessionLeft);
}

/** What a client's tokens live, as they come out where no session ends before them. */
export interface EffectiveLifetimes {
  readonly authorization_code: number;
  readonly id_token: number;
  readonly access_token: number;
  readonly refresh_token_idle: number;
  readonly refresh_token: number;
  /** Of access tokens for each of its resources. */
  readonly resources: Readonly<Record<string, number>>;
}

export function effectiveLifetimes(
  all: Lifetimes,
  client: ClientLifetimes & { readonly resources?: Readonly<Record<string, unknown>> },
): EffectiveLifetimes {
  const resources = Object.keys(client.resources ?? {});
  return {
    authorization_code: all.authorizationCode,
    id_token: idTokenLifetime,
    access_token: accessTokenLifetime(all, client),
    refresh_token_idle: refreshTokenLifetime(all, client),
    refresh_token: client.refresh_token_lifetime ?? all.refreshToken,
    resources: Object.fromEntries(
      resources.map((resource) => [resource, accessTokenLifetime(all, client, { resource })]),
    ),
  };
}

/** The shortest; a token of no seconds is none that could be handed out. */
const atLeastOne = (...seconds: number[]): number => Math.max(1, Math.floor(Math.min(...seconds)));
