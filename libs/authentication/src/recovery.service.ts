import { Injectable } from '@nestjs/common';
import { Audit } from '@app/audit';
import { Passwords } from '@app/credentials';
import { sha256 } from '@app/crypto';
import { Transactions } from '@app/database';
import { Limits, subject } from '@app/limits';
import { recovery } from '@app/sessions';
import { recoveryPasswordWrong, recoveryTooEarly } from './authentication.errors.js';
import { FactorRemoval } from './factor-removal.service.js';
import { type RecoveryLink, RecoveryLinks } from './recovery-links.service.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** Finishes the reset of lost second factors: the owner has the link of the mail, and proves the password besides. */
@Injectable()
export class Recovery {
  constructor(
    private readonly links: RecoveryLinks,
    private readonly passwords: Passwords,
    private readonly limits: Limits,
    private readonly removal: FactorRemoval,
    private readonly completion: SignInCompletion,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Removes all second factors and ends all sessions; the new one is good for nothing but new factors.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; forbidden `authentication.recovery_too_early`
   *   with `takesEffectAt`; unauthenticated `authentication.password_wrong`; throttled `limits.throttled`
   */
  async finish(token: string, password: string, context: SignInContext): Promise<SignInResult> {
    return this.finishByHash(sha256(token), password, context);
  }

  /** As finish, where only the token's SHA-256 was kept. */
  async finishByHash(hash: Buffer, password: string, context: SignInContext): Promise<SignInResult> {
    const link = await this.links.find(hash);
    // Before anything is compared: a link whose time has not come is no way to try passwords.
    if (link.reset.state === 'pending') throw recoveryTooEarly(link.reset.takesEffectAt);
    const { userId, mustChange } = await this.prove(link, password, context);
    return this.transactions.run(async (tx) => {
      await this.links.consume(tx, link);
      await this.removal.removeAll(tx, userId, context.client);
      const proof = { userId, factor: 'password+recovery_link', amr: ['pwd'], acr: recovery, secondFactors: [] };
      return this.completion.complete({ ...proof, mustChange }, context, tx);
    });
  }

  private async prove(
    link: RecoveryLink,
    password: string,
    { client }: SignInContext,
  ): Promise<RecoveryLink['account']> {
    const { userId, email } = link.account;
    await this.limits.take([
      { rule: 'login.account', key: subject.account(email) },
      { rule: 'login.pair', key: subject.pair(email, client.address) },
    ]);
    const check = await this.passwords.verifyOwn(userId, password);
    if (check.proven) return check.account;
    const data = { factor: 'password', reason: 'credentials_wrong' };
    await this.audit.recordAttempt({ type: 'authentication.recovery_failed', userId, client, data });
    throw recoveryPasswordWrong();
  }
}
