import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Says which addresses a fetch of an address that somebody else gave may connect to. */
export class Reachable {
  private readonly allowed: readonly Range[];

  /** @param allow addresses and CIDR ranges that may be reached although they are of special use */
  constructor(allow: readonly string[]) {
    this.allowed = allow.map(rangeOf);
  }

  /** False for what is no address, and for every range of the IANA special-purpose registries. */
  has(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return isPublic(parsed) || this.allowed.some((range) => isWithin(parsed, range));
  }

  /** Whether an operator has named it, though it be of special use. */
  isAllowed(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.allowed.some((range) => isWithin(parsed, range));
  }
}

/** An address of the machine itself, in any of its forms. */
export const isLoopbackAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

/* Beside what the parser calls special, of IPv6 nothing but what is given out to networks: 2000::/3 (RFC 4291). */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || isWithin(address, globalUnicast);
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function rangeOf(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

const globalUnicast = rangeOf('2000::/3');
