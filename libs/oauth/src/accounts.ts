import { Injectable } from '@nestjs/common';
import type { FindAccount } from 'oidc-provider';
import { parseUserId, UsersRepository } from '@app/users';
import { accountClaims } from './account-claims.js';

/** Accounts as a provider asks for them: by `sub`, the user's id as a proquint. */
@Injectable()
export class Accounts {
  constructor(private readonly users: UsersRepository) {}

  /** Nobody where the account is not active. Groups are read only where they were granted. */
  readonly find: FindAccount = async (_ctx, sub) => {
    const userId = parseUserId(sub);
    const user = userId && (await this.users.find(userId));
    if (!user || user.status !== 'active') return undefined;
    return {
      accountId: sub,
      claims: async (_use, scope) => {
        const groups = scope.split(' ').includes('groups') ? await this.users.groupsOf(user.id) : [];
        return accountClaims(user, groups);
      },
    };
  };
}
