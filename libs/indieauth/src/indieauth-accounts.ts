import { Injectable } from '@nestjs/common';
import { type Account, errors, type FindAccount, type Provider } from 'oidc-provider';
import { formatUserId, parseUserId, type User, UsersRepository } from '@app/users';
import { asksForScope } from './asked-scope.js';
import { IndieauthGrantsRepository } from './grants.repository.js';

type AuthorizationCode = InstanceType<Provider['AuthorizationCode']>;

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
  constructor(
    private readonly users: UsersRepository,
    private readonly mes: IndieauthGrantsRepository,
  ) {}

  async find(sub: string): Promise<IndieauthAccount | undefined> {
    const userId = parseUserId(sub);
    const user = userId && (await this.users.find(userId));
    if (!user || user.status !== 'active') return undefined;
    return { accountId: formatUserId(user.id), user, claims: () => ({ sub }) };
  }

  /** As a provider asks, for whom a code or a refresh token is redeemed. */
  finder(mayLackScope: (ctx: Parameters<FindAccount>[0]) => boolean): FindAccount {
    return async (ctx, sub, token) => {
      if (token !== undefined && 'codeChallenge' in token) await this.judgeCode(token, mayLackScope(ctx));
      return this.find(sub);
    };
  }

  /** @throws InvalidGrant */
  private async judgeCode(code: AuthorizationCode, mayLackScope: boolean): Promise<void> {
    if (!asksForScope(code.scope) && !mayLackScope) {
      // It says who somebody is and gives no token (IndieAuth section 5.3.3).
      throw new errors.InvalidGrant('the code was asked for without a scope: redeem it at the authorization endpoint');
    }
    const known = code.grantId === undefined ? undefined : await this.mes.find(code.grantId);
    if (!known?.verified) throw new errors.InvalidGrant('the page is no longer proved to be of who signed in');
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
