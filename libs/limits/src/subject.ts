import ipaddr from 'ipaddr.js';

/** What a limit counts by, as text; it is stored only as a keyed hash. */
export const subject = {
  /** An IPv4 address, or the /64 of an IPv6 one: that much any customer of a provider has. */
  address(address: string | null): string {
    // Callers without an address share one key rather than having none.
    if (address === null || !ipaddr.isValid(address)) return 'unknown';
    const parsed = ipaddr.process(address);
    if (parsed.kind() === 'ipv4') return parsed.toString();
    return `${(parsed as ipaddr.IPv6).parts
      .slice(0, 4)
      .map((part) => part.toString(16))
      .join(':')}::/64`;
  },

  /** What was typed as an account, so that case and width make no new one. */
  account(typed: string): string {
    return typed.normalize('NFKC').trim().toLowerCase();
  },

  pair(typed: string, address: string | null): string {
    return `${subject.account(typed)}\n${subject.address(address)}`;
  },
} as const;
