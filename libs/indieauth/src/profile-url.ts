import { isIP } from 'node:net';

/**
 * A profile URL in its canonical form (IndieAuth section 3.2): http or https, a domain, a path, and no port, user
 * info, fragment or dot segment. undefined: it is none.
 */
export function profileUrl(text: string): string | undefined {
  const url = plainUrl(text);
  if (!url || /^https?:\/\/[^/?#]*:/i.test(text) || !isDomain(url.hostname)) return undefined;
  return url.href;
}

/** An http or https URL without user info, fragment and dot segments. */
export function plainUrl(text: string): URL | undefined {
  if (text.length > 2000 || !/^https?:\/\/[^\\\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || text.includes('#') || hasDotSegment(text)) return undefined;
  // An empty user info leaves no trace in the parsed URL.
  return /^https?:\/\/[^/?]*@/i.test(text) ? undefined : url;
}

/** A name under some top-level domain. */
export const isDomain = (host: string): boolean =>
  isIP(host) === 0 &&
  !host.startsWith('[') &&
  /^(?!.*\.\.)[a-z0-9_-][a-z0-9._-]*\.[a-z0-9-]*[a-z-][a-z0-9-]*$/.test(host);

function hasDotSegment(text: string): boolean {
  const [path = ''] = text.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  return path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
