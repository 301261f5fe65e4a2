import { scopes } from './metadata.js';

/**
 * What every request asks for, said or not: to know who somebody is. The library refuses an authorization of no scope
 * at all, which IndieAuth knows (section 5.3.3); so there is one inside that is never shown outside.
 */
const identity = 'me';

export const requestableScopes: readonly string[] = [identity, ...scopes];

/** The scopes of a request as the library is to see them; of those that are not ours nothing is left. */
export function askedScope(scope: string | null): string {
  const known = (scope ?? '').split(' ').filter((one) => (scopes as readonly string[]).includes(one));
  return [identity, ...new Set(known)].join(' ');
}

/** The scopes as clients see them. */
export const shownScopes = (scope: string | undefined): string[] =>
  (scope ?? '').split(' ').filter((one) => one !== '' && one !== identity);

/** Whether a code may be redeemed for a token. */
export const asksForScope = (scope: string | undefined): boolean => shownScopes(scope).length > 0;

/** The address of an authorization request with its scopes as the library is to see them. */
export function withAskedScope(url: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  const given = params.getAll('scope');
  // Twice is refused by the library.
  if (given.length > 1 || given.some((scope) => !/^[\x21\x23-\x5B\x5D-\x7E ]*$/.test(scope))) return url;
  params.set('scope', askedScope(given[0] ?? null));
  return `${path}?${params.toString()}`;
}
