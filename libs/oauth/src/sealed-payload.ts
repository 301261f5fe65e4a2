import type { AdapterPayload } from 'oidc-provider';
import type { Envelopes } from '@app/crypto';

/** What a provider wrote, as it is stored. */
export function sealPayload(envelopes: Envelopes, hash: Buffer, payload: AdapterPayload): Buffer {
  return envelopes.seal(Buffer.from(JSON.stringify(payload)), context(hash));
}

export function openPayload(
  envelopes: Envelopes,
  { hash, sealed }: { readonly hash: Buffer; readonly sealed: Buffer },
): AdapterPayload {
  return JSON.parse(envelopes.open(sealed, context(hash)).toString()) as AdapterPayload;
}

const context = (hash: Buffer): string => `oauth_artifact:${hash.toString('base64url')}`;
