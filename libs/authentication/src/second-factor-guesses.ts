import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import { GuessAttempts } from '@app/limits';
import { factorLocked, failuresOf } from '@app/mfa';
import type { SecondFactor, UserId } from '@app/users';
import { SecurityNotices } from './security-notices.js';

/** One answer that may be a guess. It counts as wrong until it was right. */
export interface Guess {
  wasRight(tx: Tx): Promise<void>;
  wasWrong(): Promise<void>;
}

/** Wrong answers in a row that disable a factor until recovery (NIST SP 800-63B-4, 3.2.2). */
const mostFailures = 100;

/** Counts answers that can be guessed: of an account in time, and of each of its factors in a row. */
@Injectable()
export class SecondFactorGuesses {
  constructor(
    private readonly attempts: GuessAttempts,
    private readonly notices: SecurityNotices,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Before anything is compared.
   * @throws AppError forbidden `mfa.factor_locked`; throttled `limits.throttled`
   */
  async take(userId: UserId, method: SecondFactor, client: ClientInfo): Promise<Guess> {
    const guessable = { identity: failuresOf(method, userId), limit: { rule: 'mfa.account', key: userId } } as const;
    const nth = await this.attempts.take(guessable);
    if (nth > mostFailures) throw await this.refused(userId, method, client);
    return {
      wasRight: (tx) => this.attempts.wasRight(tx, guessable),
      wasWrong: async () => {
        if (nth === mostFailures) await this.lock(userId, method, client);
      },
    };
  }

  private async lock(userId: UserId, method: SecondFactor, client: ClientInfo): Promise<void> {
    await this.transactions.run((tx) =>
      this.notices.tell(tx, userId, 'second_factor_locked', client, { actorId: null, data: { method } }),
    );
  }

  private async refused(userId: UserId, method: SecondFactor, client: ClientInfo): Promise<Error> {
    const data = { method, reason: 'factor_locked' };
    await this.audit.recordAttempt({ type: 'authentication.second_factor_failed', userId, client, data });
    return factorLocked();
  }
}
