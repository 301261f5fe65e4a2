import type { Provider } from 'oidc-provider';
import { type IndieauthAccounts, profileOf } from '../indieauth-accounts.js';
import { answer, bearer, isPreflight, refuse, type Shim } from './exchange.js';
import { livingToken } from './token-lookup.js';

/** The profile of who gave a token (IndieAuth section 9). */
export const userinfo =
  (provider: Provider, accounts: IndieauthAccounts): Shim =>
  async (ctx, next) => {
    if (ctx.path !== '/userinfo') return next();
    if (isPreflight(ctx, 'GET')) return;
    if (ctx.method !== 'GET') return refuse(ctx, 405, 'invalid_request', 'the profile is read by GET');
    const value = bearer(ctx);
    const found = value === undefined ? undefined : await livingToken(provider, value);
    const account = found && (await accounts.find(String(found.token.accountId)));
    if (!found || !account) {
      ctx.set('www-authenticate', value === undefined ? 'Bearer' : 'Bearer error="invalid_token"');
      return refuse(ctx, 401, 'invalid_token', 'the profile needs a token that works');
    }
    const profile = profileOf(account.user, found.me, found.scopes.join(' '));
    if (profile) return answer(ctx, 200, profile);
    ctx.set('www-authenticate', 'Bearer error="insufficient_scope", scope="profile"');
    refuse(ctx, 403, 'insufficient_scope', 'the token was not given for the profile');
  };
