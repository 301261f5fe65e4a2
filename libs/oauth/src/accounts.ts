import { Injectable } from '@nestjs/common';
import type { Account, AccountClaims } from 'oidc-provider';
import { parseUserId, type UserClaims, type UserId, UsersRepository } from '@app/users';
import { accountClaims, claimsOfScopes } from './account-claims.js';

/** What a request has learned of an account, and wants to know of it. */
export interface AskingFor {
  /** It was found active already. */
  readonly active: boolean;
  /** What was read of it already. */
  readonly known?: UserClaims | undefined;
  /** The claims of scopes are had at userinfo (OpenID Connect Core 5.4): an ID token has those asked for one by one. */
  bareIdToken(): boolean;
}

/** Accounts as a provider asks for them: by `sub`, the user's id as a proquint. */
@Injectable()
export class Accounts {
  constructor(private readonly users: UsersRepository) {}

  /** Nobody where the account is not active. What is known of it beyond that is read where it will be told only. */
  async find(sub: string, { active, known, bareIdToken }: AskingFor): Promise<Account | undefined> {
    const userId = parseUserId(sub);
    if (!userId) return undefined;
    const user = known ?? (active ? undefined : await this.users.findClaims(userId));
    if (!active && user?.status !== 'active') return undefined;
    return {
      accountId: sub,
      claims: (use, scope, claims) =>
        this.claimsOf(sub, userId, user, use === 'id_token' && bareIdToken() ? 'openid' : scope, claims),
    };
  }

  private async claimsOf(
    sub: string,
    userId: UserId,
    known: UserClaims | undefined,
    scope: string,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<AccountClaims> {
    const scopes = scope.split(' ');
    const wanted = Object.keys(claims).length > 0 || scopes.some((one) => one !== 'openid' && one in claimsOfScopes);
    const user = wanted ? (known ?? (await this.users.findClaims(userId))) : undefined;
    if (!user) return { sub };
    return accountClaims(sub, user, scopes.includes('groups') ? await this.users.groupsOf(userId) : []);
  }
}
