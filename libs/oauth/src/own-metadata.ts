import { type ClientMetadata, errors } from 'oidc-provider';
import type { ClientLifetimes } from './lifetimes.js';

/** Metadata of ours beside those of RFC 7591. */
export const ownClientMetadata = [
  'first_party',
  'require_pkce',
  'may_introspect',
  'resources',
  'access_token_lifetime',
  'resource_lifetimes',
  'refresh_token_idle_lifetime',
  'refresh_token_lifetime',
] as const;

export type OwnMember = (typeof ownClientMetadata)[number];

/** The members of ours, once `judgeOwnMember` took them. */
export interface OwnMetadata extends ClientLifetimes {
  /** One of our own programs: nobody is asked for consent. */
  readonly first_party?: boolean;
  /** `false` lets a confidential client do without PKCE (OpenID's conformance plans do). */
  readonly require_pkce?: boolean;
  /** A resource server: it may ask either provider about tokens of others (RFC 7662 section 2.1). */
  readonly may_introspect?: boolean;
  /** What it may ask tokens for (RFC 8707), and the scopes of each. */
  readonly resources?: Readonly<Record<string, readonly string[]>>;
}

/** What they say of themselves is put together anew at every call, and asked for several times a request. */
const known = new WeakMap<object, OwnMetadata>();

export function ownMetadataOf(client: { metadata(): ClientMetadata }): OwnMetadata {
  const metadata = known.get(client) ?? (client.metadata() as OwnMetadata);
  known.set(client, metadata);
  return metadata;
}

/** PKCE is asked of every client that no administrator excused. */
export const requiresPkce = ({ require_pkce: required }: OwnMetadata): boolean => required !== false;

const day = 86_400;
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/; // RFC 6749 section 3.3

const rules: Readonly<Record<OwnMember, (value: unknown, client: ClientMetadata) => string | undefined>> = {
  first_party: boolean,
  require_pkce: (value, { token_endpoint_auth_method: method }) =>
    value === false && method === 'none'
      ? 'must not be false for a public client: PKCE is all that protects its codes'
      : boolean(value),
  may_introspect: (value, { token_endpoint_auth_method: method }) =>
    value === true && method === 'none' ? 'must not be true for a client that does not authenticate' : boolean(value),
  resources: (value) =>
    entriesOf(value)?.every(([resource, scopes]) => isResource(resource) && isScopes(scopes))
      ? undefined
      : 'must name resources by absolute URIs without a fragment, each with a list of scopes',
  access_token_lifetime: seconds(60, day),
  resource_lifetimes: (value, { resources }) =>
    entriesOf(value)?.every(([name, lifetime]) => isSeconds(lifetime, 30, day) && entriesOf(resources)?.some(is(name)))
      ? undefined
      : `must give resources of this client from 30 to ${day} seconds`,
  refresh_token_idle_lifetime: seconds(60, 365 * day),
  refresh_token_lifetime: seconds(60, 365 * day),
};

/**
 * Judges a member of ours; the provider judges the others.
 * @param foreign whether the client says so of itself: ours are for administrators
 * @throws InvalidClientMetadata
 */
export function judgeOwnMember(name: string, value: unknown, client: ClientMetadata, foreign: boolean): void {
  if (value === undefined || !isOwnMember(name)) return;
  if (foreign) throw new errors.InvalidClientMetadata(`${name} is for administrators to set`);
  const fault = rules[name](value, client);
  if (fault !== undefined) throw new errors.InvalidClientMetadata(`${name} ${fault}`);
}

const isOwnMember = (name: string): name is OwnMember => (ownClientMetadata as readonly string[]).includes(name);

function boolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be a boolean';
}

function seconds(least: number, most: number): (value: unknown) => string | undefined {
  return (value) => (isSeconds(value, least, most) ? undefined : `must be ${least} to ${most} seconds`);
}

const isSeconds = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

const entriesOf = (value: unknown): [string, unknown][] | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;

const is =
  (name: string) =>
  ([other]: [string, unknown]): boolean =>
    other === name;

const isResource = (resource: string): boolean => URL.canParse(resource) && !resource.includes('#');

const isScopes = (scopes: unknown): boolean =>
  Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string' && scopeToken.test(scope));
