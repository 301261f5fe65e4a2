import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type PasswordCheck, Passwords } from '@app/credentials';
import { singleFactor } from '@app/sessions';
import { credentialsWrong } from './authentication.errors.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** Signs in by password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly passwords: Passwords,
    private readonly completion: SignInCompletion,
    private readonly audit: Audit,
  ) {}

  /**
   * @param identifier an e-mail address or a user name, as typed
   * @throws AppError unauthenticated `authentication.credentials_wrong`; unavailable `crypto.hashing_overloaded`
   */
  async byPassword(identifier: string, password: string, context: SignInContext): Promise<SignInResult> {
    const check = await this.passwords.verify(identifier, password);
    if (!check.proven || check.account.status !== 'active') {
      await this.recordFailure(check, context.client);
      throw credentialsWrong();
    }
    const { userId, mustChange, secondFactors } = check.account;
    const proof = { userId, factor: 'password', amr: ['pwd'], acr: singleFactor, secondFactors, mustChange };
    return this.completion.complete(proof, context);
  }

  private async recordFailure(check: PasswordCheck, client: ClientInfo): Promise<void> {
    const reason = check.proven ? 'account_not_active' : 'credentials_wrong';
    await this.audit.recordAttempt({
      type: 'authentication.sign_in_failed',
      userId: check.account?.userId ?? null,
      client,
      data: { factor: 'password', reason },
    });
  }
}
