import type { Granted } from './persistence/oauth-consent.entity.js';

const wordings: Readonly<Record<string, string>> = {
  // The one scope of every IndieAuth authorization.
  me: 'Know which web address is yours',
  openid: 'Know who you are here: an id of your account',
  profile: 'Your name and what else your profile says of you',
  email: 'Your e-mail address',
  phone: 'Your phone number',
  address: 'Your postal address',
  groups: 'The groups that you belong to',
  offline_access: 'Keep this access while you are away, until you take it back',
};

/** What is asked for, a sentence each, for the person who decides. */
export function wordingsOf({ scopes, claims, resources }: Granted): string[] {
  const ofScopes = scopes.map((scope) => wordings[scope] ?? `Use what it calls ${scope}`);
  const ofClaims = claims.length > 0 ? [`These parts of your profile: ${claims.join(', ')}`] : [];
  const ofResources = Object.entries(resources).map(
    ([resource, ofResource]) => `Use ${resource} for you: ${ofResource.join(', ')}`,
  );
  return [...ofScopes, ...ofClaims, ...ofResources];
}
