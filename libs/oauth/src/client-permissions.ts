import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { ownMetadataOf } from './own-metadata.js';

/** RFC 7662 section 2.1: a client learns about its own tokens, and of others where an administrator lets it. */
export function mayIntrospect(
  _ctx: KoaContextWithOIDC,
  client: Client,
  token: { clientId?: string | undefined },
): boolean {
  return token.clientId === client.clientId || ownMetadataOf(client).may_introspect === true;
}

/**
 * RFC 7009 section 2.1: a client revokes its own tokens only. Another's is refused by whoever proved to be a client,
 * and answered like an unknown one to who did not.
 * @throws InvalidRequest
 */
export function mayRevoke(_ctx: KoaContextWithOIDC, client: Client, token: { clientId?: string | undefined }): boolean {
  if (token.clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none') return false;
  throw new errors.InvalidRequest('the token is not one of this client');
}

/**
 * Which web pages may call for a client: those of the origins that its codes go to, where it has no secret. Whoever
 * holds a token may ask who it speaks for.
 */
export function mayAskFrom(ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (origin === 'null' || (client.clientAuthMethod !== 'none' && ctx.oidc.route !== 'userinfo')) return false;
  return (client.redirectUris ?? []).some((address) => URL.canParse(address) && new URL(address).origin === origin);
}
