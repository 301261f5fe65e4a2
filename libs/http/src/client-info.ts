import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { ClientInfo } from '@app/audit';
import { deviceHashes } from './devices.js';

/**
 * The caller's address: the connection's, or what a trusted proxy says in X-Forwarded-For. IPv4 in its IPv6
 * form is given as IPv4. What a proxy says and is no address counts for nothing.
 */
export function clientAddress(request: FastifyRequest): string | null {
  return normalised(request.ip) ?? normalised(request.socket.remoteAddress);
}

export function clientInfo(request: FastifyRequest): ClientInfo {
  const agent = request.headers['user-agent'];
  return {
    address: clientAddress(request),
    userAgent: agent === undefined || agent === '' ? null : agent.slice(0, 512),
    requestId: request.id,
    devices: deviceHashes(request),
  };
}

function normalised(address: string | undefined): string | null {
  if (address === undefined) return null;
  // The usual case, on every request; the parser costs more than the rest of the log line.
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString();
}
