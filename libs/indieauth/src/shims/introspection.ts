import type { Provider } from 'oidc-provider';
import { answer, bearer, formOf, oidcOf, refuse, type Shim } from './exchange.js';
import { describe, livingToken } from './token-lookup.js';

const inactive = { active: false };

/**
 * Introspection (IndieAuth section 6) for who shows a right to it: a client with a secret, which the library proves,
 * or a token of the same person. Nobody else learns whether a token works.
 */
export const introspection =
  (provider: Provider): Shim =>
  async (ctx, next) => {
    if (ctx.path !== '/introspect' || ctx.method !== 'POST') return next();
    const authorization = ctx.get('authorization');
    if (/^Bearer /i.test(authorization)) return byBearer(provider, ctx);
    if (authorization === '') {
      ctx.set('www-authenticate', 'Bearer, Basic realm="introspection"');
      return refuse(ctx, 401, 'invalid_client', 'introspection needs a token, or a client that shows its secret');
    }
    await next();
    ctx.set('pragma', 'no-cache');
    const body = ctx.body as { active?: unknown } | undefined;
    if (ctx.status !== 200 || body?.active === undefined) return;
    const value = oidcOf(ctx)?.params?.['token'];
    const found = body.active === true && typeof value === 'string' ? await livingToken(provider, value) : undefined;
    ctx.body = found ? describe(found) : inactive;
  };

async function byBearer(provider: Provider, ctx: Parameters<Shim>[0]): Promise<void> {
  const shown = bearer(ctx);
  const asking = shown === undefined ? undefined : await livingToken(provider, shown);
  if (!asking) {
    ctx.set('www-authenticate', 'Bearer error="invalid_token"');
    return refuse(ctx, 401, 'invalid_token', 'this token does not work');
  }
  const token = (await formOf(ctx))?.get('token');
  if (token === undefined) return refuse(ctx, 400, 'invalid_request', "missing required parameter 'token'");
  const asked = await livingToken(provider, token);
  answer(ctx, 200, asked?.me === asking.me ? describe(asked) : inactive);
}
