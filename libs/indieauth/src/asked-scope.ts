import { clientUrl } from './clients/client-id.js';
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

/**
 * An authorization request as the library is to see it: with its scopes, and its client's host in lower case. What
 * is there twice, or wrong, stays for the library to refuse.
 */
export function prepared(url: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  const [asked, clients] = [params.getAll('scope'), params.getAll('client_id')];
  if (asked.length < 2 && /^[\x21\x23-\x5B\x5D-\x7E ]*$/.test(asked[0] ?? '')) {
    params.set('scope', askedScope(asked[0] ?? null));
  }
  const client = clients.length === 1 ? clientUrl(clients[0] ?? '') : undefined;
  if (client) params.set('client_id', client.href);
  return `${path}?${params.toString()}`;
}
