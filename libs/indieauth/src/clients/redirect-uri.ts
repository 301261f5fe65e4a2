/**
 * Whether a code may be sent there: to where the client itself lives (scheme, host and port), or to exactly an address
 * that the client's document lists (IndieAuth section 4.2.2).
 */
export function mayRedirect(clientId: string, listed: readonly string[], redirectUri: string): boolean {
  if (!URL.canParse(redirectUri) || /[#\s\\]/.test(redirectUri)) return false;
  const to = new URL(redirectUri);
  if (to.username !== '' || to.password !== '') return false;
  if (isWeb(to)) return to.origin === new URL(clientId).origin || listed.includes(redirectUri);
  return isAppScheme(to) && listed.includes(redirectUri);
}

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:';

/** RFC 8252 section 7.1: an app's own scheme is a reversed domain name, so no `javascript:` and no `data:`. */
const isAppScheme = ({ protocol }: URL): boolean => protocol.includes('.');
