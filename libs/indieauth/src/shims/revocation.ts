import type { Provider } from 'oidc-provider';
import { answer, formOf, isPreflight, refuse, type Shim } from './exchange.js';

/** Revocation by who has the token, and no more (IndieAuth section 7, RFC 7009): a refresh token takes all with it. */
export const revocation =
  (provider: Provider): Shim =>
  async (ctx, next) => {
    if (ctx.path !== '/revoke') return next();
    if (isPreflight(ctx, 'POST')) return;
    if (ctx.method !== 'POST') return refuse(ctx, 405, 'invalid_request', 'a token is revoked by POST');
    const token = (await formOf(ctx))?.get('token');
    if (token === undefined) return refuse(ctx, 400, 'invalid_request', "missing required parameter 'token'");
    await revoke(provider, token);
    answer(ctx, 200, {});
  };

async function revoke(provider: Provider, value: string): Promise<void> {
  const [access, refresh] = await Promise.all([provider.AccessToken.find(value), provider.RefreshToken.find(value)]);
  await access?.destroy();
  const grant = refresh?.grantId === undefined ? undefined : await provider.Grant.find(refresh.grantId);
  await grant?.destroy();
}
