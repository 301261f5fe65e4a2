import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { type PasswordAccount, Passwords } from '@app/credentials';
import { sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Limits, subject, Throttled } from '@app/limits';
import { isAccessEnded, recovery } from '@app/sessions';
import { recoveryPasswordWrong, recoveryTooEarly } from './authentication.errors.js';
import { FactorRemoval } from './factor-removal.service.js';
import { type RecoveryLink, RecoveryLinks } from './recovery-links.service.js';
import { type PasswordAttempt, SignInAttempts } from './sign-in-attempts.js';
import { SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** Who knows the password of the link's account. */
interface Proven {
  readonly attempt: PasswordAttempt;
  readonly account: PasswordAccount;
}

/** Finishes the reset of lost second factors: the owner has the link of the mail, and proves the password besides. */
@Injectable()
export class Recovery {
  constructor(
    private readonly links: RecoveryLinks,
    private readonly passwords: Passwords,
    private readonly attempts: SignInAttempts,
    private readonly limits: Limits,
    private readonly removal: FactorRemoval,
    private readonly completion: SignInCompletion,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Removes all second factors and ends all sessions; the new one is good for nothing but new factors.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; forbidden `authentication.recovery_too_early`
   *   with `takesEffectAt`; unauthenticated `authentication.password_wrong`; throttled
   *   `limits.throttled`, `authentication.too_soon`
   */
  async finish(token: string, password: string, context: SignInContext): Promise<SignInResult> {
    return this.finishByHash(sha256(token), password, context);
  }

  /** As finish, where only the token's SHA-256 was kept. */
  async finishByHash(hash: Buffer, password: string, context: SignInContext): Promise<SignInResult> {
    const link = await this.links.find(hash);
    // Before anything is compared: a link whose time has not come is no way to try passwords.
    if (link.reset.state === 'pending') throw recoveryTooEarly(link.reset.takesEffectAt);
    const { attempt, account } = await this.prove(link, password, context.client);
    try {
      return await this.transactions.run((tx) => this.recover(tx, link, account, context));
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      // Says so where the link was used up by somebody else.
      await this.links.find(hash);
      return await this.refuse(attempt, 'access_ended', context.client);
    }
  }

  private async recover(
    tx: Tx,
    link: RecoveryLink,
    { userId, mustChange, accessValidFrom: proved }: PasswordAccount,
    context: SignInContext,
  ): Promise<SignInResult> {
    const accessValidFrom = await this.removal.removeAll(tx, userId, proved, context.client);
    // Only now, when the account is locked: whoever shuts it takes it before its links, too.
    await this.links.consume(tx, link);
    const proof = { userId, accessValidFrom, factor: 'password+recovery_link', amr: ['pwd'], acr: recovery };
    return this.completion.complete({ ...proof, secondFactors: [], mustChange }, context, tx);
  }

  /** Limited, delayed and counted together with the sign-ins of the account. */
  private async prove({ account }: RecoveryLink, password: string, client: ClientInfo): Promise<Proven> {
    const { email, userId } = account;
    const attempt = await this.attempts.begin(email, client, await this.strangersLimit(email, client));
    const check = await this.passwords.compare(attempt.standing.account, password);
    const passes =
      check.proven &&
      check.account.userId === userId &&
      this.attempts.mayPass(attempt) &&
      (await this.attempts.succeeded(attempt, check.account));
    if (passes) return { attempt, account: check.account };
    return this.refuse(attempt, check.proven ? 'password_disabled' : 'recovery_password_wrong', client);
  }

  private async refuse(attempt: PasswordAttempt, reason: string, client: ClientInfo): Promise<never> {
    await this.attempts.failed(attempt, reason, client);
    throw recoveryPasswordWrong();
  }

  private async strangersLimit(email: string, client: ClientInfo): Promise<Error | undefined> {
    const state = await this.limits.count([
      { rule: 'login.account', key: subject.account(email) },
      { rule: 'login.pair', key: subject.pair(email, client.address) },
    ]);
    return state.exceeded ? new Throttled(state) : undefined;
  }
}
