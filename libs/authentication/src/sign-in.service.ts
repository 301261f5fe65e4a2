import { Injectable } from '@nestjs/common';
import { Passwords } from '@app/credentials';
import { isAccessEnded, singleFactor } from '@app/sessions';
import { credentialsWrong } from './authentication.errors.js';
import { type PasswordAttempt, SignInAttempts } from './sign-in-attempts.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** How a sign-in by password was asked for. */
export interface PasswordSignInContext extends SignInContext {
  /** A limit that was passed, and that shuts out everybody but devices that the account knows. */
  readonly strangersLimit?: Error | undefined;
}

/** Signs in by password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly passwords: Passwords,
    private readonly attempts: SignInAttempts,
    private readonly completion: SignInCompletion,
  ) {}

  /**
   * @param identifier an e-mail address or a user name, as typed
   * @throws AppError unauthenticated `authentication.credentials_wrong`; throttled `authentication.too_soon`;
   *   unavailable `crypto.hashing_overloaded`
   */
  async byPassword(identifier: string, password: string, context: PasswordSignInContext): Promise<SignInResult> {
    const { strangersLimit, ...rest } = context;
    const attempt = await this.attempts.begin(identifier, rest.client, strangersLimit);
    const check = await this.passwords.compare(attempt.standing.account, password);
    if (!check.proven) return this.refuse(attempt, 'credentials_wrong', rest);
    const { account } = check;
    if (account.status !== 'active' || !account.verified) return this.refuse(attempt, 'account_not_active', rest);
    if (!this.attempts.mayPass(attempt) || !(await this.attempts.succeeded(attempt, account))) {
      return this.refuse(attempt, 'password_disabled', rest);
    }
    const { userId, accessValidFrom, mustChange, secondFactors } = account;
    const held = { userId, accessValidFrom, mustChange, secondFactors };
    try {
      return await this.completion.complete({ ...held, factor: 'password', amr: ['pwd'], acr: singleFactor }, rest);
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      return this.refuse(attempt, 'access_ended', rest);
    }
  }

  private async refuse(attempt: PasswordAttempt, reason: string, { client }: SignInContext): Promise<never> {
    await this.attempts.failed(attempt, reason, client);
    throw credentialsWrong();
  }
}
