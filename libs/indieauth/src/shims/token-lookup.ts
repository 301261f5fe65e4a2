import type { Provider } from 'oidc-provider';
import { shownScopes } from '../asked-scope.js';

export type AccessToken = InstanceType<Provider['AccessToken']>;

/** A token that still stands, with what of it is told. */
export interface LivingToken {
  readonly token: AccessToken;
  readonly me: string;
  readonly scopes: readonly string[];
}

/** The access token of a value, where it is one of this issuer, lives, and its grant does. */
export async function livingToken(provider: Provider, value: string): Promise<LivingToken | undefined> {
  const token = await provider.AccessToken.find(value);
  if (!token?.isValid || token.grantId === undefined) return undefined;
  const grant = await provider.Grant.find(token.grantId);
  const me = token.extra?.['me'];
  if (!grant || grant.clientId !== token.clientId || typeof me !== 'string') return undefined;
  return { token, me, scopes: shownScopes(token.scope) };
}

/** What introspection says of it (IndieAuth section 6.2). */
export const describe = ({ token, me, scopes }: LivingToken): Record<string, unknown> => ({
  active: true,
  me,
  client_id: token.clientId,
  scope: scopes.join(' '),
  exp: token.exp,
  iat: token.iat,
});
