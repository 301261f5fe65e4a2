import { Injectable } from '@nestjs/common';
import { type Account, errors, type FindAccount } from 'oidc-provider';
import { formatUserId, parseUserId, type User, UsersRepository } from '@app/users';
import { asksForScope } from './asked-scope.js';

export interface IndieauthAccount extends Account {
  readonly user: User;
}

/** What a client with the scope `profile` learns (IndieAuth section 5.3.4), those members that there are. */
export interface ProfileInformation {
  readonly name?: string;
  readonly url: string;
  readonly photo?: string;
  readonly email?: string;
}

@Injectable()
export class IndieauthAccounts {
  constructor(private readonly users: UsersRepository) {}

  async find(sub: string): Promise<IndieauthAccount | undefined> {
    const userId = parseUserId(sub);
    const user = userId && (await this.users.find(userId));
    if (!user || user.status !== 'active') return undefined;
    return { accountId: formatUserId(user.id), user, claims: () => ({ sub }) };
  }

  /** As a provider asks: a code without a scope says who somebody is and gives no token (section 5.3.3). */
  finder(mayLackScope: (ctx: Parameters<FindAccount>[0]) => boolean): FindAccount {
    return async (ctx, sub, token) => {
      const isCode = token !== undefined && 'codeChallenge' in token;
      if (isCode && !asksForScope(token.scope) && !mayLackScope(ctx)) {
        throw new errors.InvalidGrant(
          'the code was asked for without a scope: redeem it at the authorization endpoint',
        );
      }
      return this.find(sub);
    };
  }
}

/** undefined without the scope `profile`; the address only together with it. */
export function profileOf(user: User, me: string, scope: string | undefined): ProfileInformation | undefined {
  const granted = scope?.split(' ') ?? [];
  if (!granted.includes('profile')) return undefined;
  return {
    ...(user.name === null ? {} : { name: user.name }),
    url: me,
    ...(user.picture === null ? {} : { photo: user.picture }),
    ...(granted.includes('email') && user.email !== null && user.emailVerifiedAt !== null ? { email: user.email } : {}),
  };
}
