import type { FieldFault } from '@app/errors';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** Whether a client proves itself by a secret that we gave it. */
export const needsSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post';

/** What the provider would take and we do not, whoever registers a client. */
export function ruleFaults(metadata: ClientMetadata): FieldFault[] {
  const faults: FieldFault[] = [];
  const grantTypes = listOf(metadata['grant_types']);
  if (grantTypes.includes('client_credentials') && metadata['token_endpoint_auth_method'] === 'none') {
    faults.push(fault('grant_types', 'client_credentials needs a client that authenticates'));
  }
  if (grantTypes.includes('authorization_code') !== listOf(metadata['response_types']).includes('code')) {
    faults.push(fault('response_types', 'must be ["code"] with the grant type authorization_code, and [] without it'));
  }
  for (const member of ['redirect_uris', 'post_logout_redirect_uris']) {
    if (!listOf(metadata[member]).every(isSafeTarget)) faults.push(fault(member, 'may use http on loopback only'));
  }
  if (metadata['sector_identifier_uri'] !== undefined) {
    faults.push(fault('sector_identifier_uri', 'has no use: there are only public subjects'));
  }
  return faults;
}

/** RFC 9700 section 2.6. */
function isSafeTarget(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

export const fault = (field: string, detail: string): FieldFault => ({ field, code: 'invalid', detail });

export const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
