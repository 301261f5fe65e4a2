import { isDomain, plainUrl } from '../profile-url.js';

/**
 * A client identifier (IndieAuth section 3.3): as a profile URL, but with a port if it likes, and of a loopback host
 * too. The host is lower-case in what comes back. undefined: it is none.
 */
export function clientUrl(clientId: string): URL | undefined {
  const url = plainUrl(clientId);
  return url && (isLoopback(url.hostname) || isDomain(url.hostname)) ? url : undefined;
}

/** A host that is this machine for whoever asks: there is nothing to fetch from it. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
