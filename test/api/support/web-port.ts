import { readFileSync } from 'node:fs';
import { getuid, platform } from 'node:process';

/** Whether this machine lets these tests serve pages on port 80: addresses of people's pages have no port. */
export const mayServePort80 = platform === 'linux' && (getuid?.() === 0 || lowestFreePort() <= 80);

/** An address of this machine that no other Jest worker serves. */
export const ownLoopback = `127.80.0.${1 + (Number(process.env['JEST_WORKER_ID'] ?? '1') % 250)}`;

function lowestFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}
