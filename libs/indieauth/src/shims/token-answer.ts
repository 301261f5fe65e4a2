import { type IndieauthAccount, profileOf } from '../indieauth-accounts.js';
import { shownScopes } from '../asked-scope.js';
import { answer, type Exchange, oidcOf, type Shim } from './exchange.js';

/**
 * What the library answers to a redeemed code or a refresh, completed by who the user is (IndieAuth section 5.3.2).
 * Where only that was asked for (section 5.3.1), at the authorization endpoint, the token is taken back.
 */
export const tokenAnswer =
  (isProfileOnly: (ctx: Exchange) => boolean): Shim =>
  async (ctx, next) => {
    await next();
    const oidc = oidcOf(ctx);
    if (oidc?.route !== 'token') return;
    ctx.set('pragma', 'no-cache');
    const { AccessToken: token, Account: account } = oidc.entities;
    if (ctx.status !== 200 || !token || !account) return;
    const me = String(token.extra?.['me']);
    const profile = profileOf((account as IndieauthAccount).user, me, token.scope);
    const identity = { me, ...(profile === undefined ? {} : { profile }) };
    if (isProfileOnly(ctx)) {
      await token.destroy();
      answer(ctx, 200, identity);
      return;
    }
    const body = ctx.body as Record<string, unknown>;
    answer(ctx, 200, { ...body, scope: shownScopes(token.scope).join(' '), ...identity });
  };
