import { isIPv4, isIPv6 } from 'node:net';

/** An address, or a range of them in CIDR notation whose prefix length fits. */
export function isAddressRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined;
  if (bits === undefined || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}

/** An address of a name server, with a port where it is not 53: `192.0.2.53`, `127.0.0.1:5353`, `[2001:db8::1]:53`. */
export function isNameServer(text: string): boolean {
  if (isIPv4(text) || isIPv6(text)) return true;
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536 && (v6 === undefined ? isIPv4(v4 ?? '') : isIPv6(v6));
}

/** True where this host is the machine itself. A name under 127. is a name like any other. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** True where this URL names the machine itself. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
