import type { PromptDetail } from 'oidc-provider';
import type { Granted } from './persistence/oauth-consent.entity.js';

/** What a client asks for and was not allowed yet: the details of the provider's consent prompt. */
export function missingOf({ details }: PromptDetail): Granted {
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = details;
  return {
    scopes: textsOf(missingOIDCScope),
    claims: textsOf(missingOIDCClaims),
    resources: Object.fromEntries(
      Object.entries((missingResourceScopes ?? {}) as Record<string, unknown>).map(([resource, scopes]) => [
        resource,
        textsOf(scopes),
      ]),
    ),
  };
}

/** Either, together. */
export function union(one: Granted, other: Granted): Granted {
  const all = (some: readonly string[] = [], more: readonly string[] = []): string[] => [
    ...new Set([...some, ...more]),
  ];
  const resources = [...Object.keys(one.resources), ...Object.keys(other.resources)];
  return {
    scopes: all(one.scopes, other.scopes),
    claims: all(one.claims, other.claims),
    resources: Object.fromEntries(resources.map((name) => [name, all(one.resources[name], other.resources[name])])),
  };
}

/** What was allowed of what is asked for. */
export function intersection(allowed: Granted, asked: Granted): Granted {
  const both = (some: readonly string[], all: readonly string[] = []): string[] =>
    some.filter((one) => all.includes(one));
  const resources = Object.entries(asked.resources);
  return {
    scopes: both(asked.scopes, allowed.scopes),
    claims: both(asked.claims, allowed.claims),
    resources: Object.fromEntries(resources.map(([name, scopes]) => [name, both(scopes, allowed.resources[name])])),
  };
}

export const nothingGranted: Granted = { scopes: [], claims: [], resources: {} };

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
