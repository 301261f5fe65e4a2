import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { SessionConfig } from '@app/config';
import { Transactions } from '@app/database';
import { Mail } from '@app/email';
import { OneTimeTokens } from '@app/tokens';
import { type UserId, userNotFound, UsersRepository } from '@app/users';
import { accountDisabled, factorResetNotFound, factorResetPending, noSecondFactors } from './authentication.errors.js';
import { type FactorResetRow, FactorResetsRepository } from './factor-resets.repository.js';
import { linkLifetime, mailKinds } from './mail-kinds.js';

/**
 * What an administrator can do for who lost their second factors: begin a reset, and no more. It takes effect after
 * a delay that nobody can skip; the owner is told at once, and finishes it with the link of that mail and the password.
 */
@Injectable()
export class FactorResets {
  constructor(
    private readonly resets: FactorResetsRepository,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokens,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
    private readonly config: SessionConfig,
  ) {}

  /**
   * @throws AppError not_found `users.not_found`; conflict `authentication.account_disabled`, `…no_second_factors`,
   *   `…factor_reset_pending`
   */
  async request(userId: UserId, actorId: UserId, client: ClientInfo): Promise<FactorResetRow> {
    const delay = this.config.factorResetDelay;
    return this.transactions.run(async (tx) => {
      const user = await this.users.find(userId, tx);
      if (!user?.email || user.status === 'deleted') throw userNotFound();
      if (user.status !== 'active') throw accountDisabled();
      if (user.secondFactors.length === 0) throw noSecondFactors();
      const window = linkLifetime.factorResetWindow;
      const reset = await this.resets.insert(tx, { userId, requestedBy: actorId, delay, window });
      if (!reset) throw factorResetPending();
      const { token } = await this.tokens.issue(tx, { purpose: 'factor_reset', reference: reset.id, userId });
      await this.mail.enqueue(tx, {
        kind: mailKinds.factorReset,
        recipient: user.email,
        reference: reset.id,
        secret: token,
      });
      const data = { resetId: reset.id, takesEffectAt: reset.takesEffectAt.toISOString() };
      await this.audit.record(tx, { type: 'authentication.factor_reset_requested', userId, actorId, client, data });
      return reset;
    });
  }

  /**
   * The last reset of an account, open or over.
   * @throws AppError not_found `authentication.factor_reset_not_found`
   */
  async read(userId: UserId): Promise<FactorResetRow> {
    const reset = await this.resets.findLast(userId);
    if (!reset) throw factorResetNotFound();
    return reset;
  }

  /**
   * Ends the open reset of an account; its link stops working.
   * @throws AppError not_found `authentication.factor_reset_not_found`
   */
  async cancel(userId: UserId, actorId: UserId, client: ClientInfo): Promise<void> {
    await this.transactions.run(async (tx) => {
      const reset = await this.resets.cancel(tx, userId);
      if (!reset) throw factorResetNotFound();
      await this.tokens.revokeByReference(tx, 'factor_reset', reset.id);
      const data = { resetId: reset.id, by: 'admin' };
      await this.audit.record(tx, { type: 'authentication.factor_reset_cancelled', userId, actorId, client, data });
    });
  }
}
