import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type PasswordAccount, PasswordsRepository } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { type FactorResetRow, FactorResetsRepository } from './factor-resets.repository.js';

/** A link that works: its reset is open, and its account active. */
export interface RecoveryLink {
  readonly hash: Buffer;
  readonly reset: FactorResetRow;
  readonly account: PasswordAccount;
}

/** The link that the owner of an account got when a reset of its second factors was asked for. */
@Injectable()
export class RecoveryLinks {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly resets: FactorResetsRepository,
    private readonly accounts: PasswordsRepository,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used` */
  async find(hash: Buffer): Promise<RecoveryLink> {
    const { reference } = await this.tokens.peekByHash(hash, 'factor_reset');
    const reset = await this.resets.find(reference);
    if (reset?.state !== 'pending' && reset?.state !== 'ready') throw tokenInvalid();
    const account = await this.accounts.findByUserId(reset.userId);
    if (account?.status !== 'active') throw tokenInvalid();
    return { hash, reset, account };
  }

  /**
   * Uses it up for what it was made for, in the transaction that removes the factors: of two at once one succeeds.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async consume(tx: Tx, { hash, reset }: RecoveryLink): Promise<void> {
    await this.tokens.consumeByHash(tx, hash, 'factor_reset');
    if (!(await this.resets.complete(tx, reset.id))) throw tokenInvalid();
  }

  /**
   * Uses it up to stop the reset. Who has the link need not prove more: stopping harms nobody.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async stop(hash: Buffer, client: ClientInfo): Promise<void> {
    const { reset } = await this.find(hash);
    const { id: resetId, userId } = reset;
    await this.transactions.run(async (tx) => {
      await this.tokens.consumeByHash(tx, hash, 'factor_reset');
      if (!(await this.resets.cancel(tx, userId))) throw tokenInvalid();
      await this.audit.record(tx, {
        type: 'authentication.factor_reset_cancelled',
        userId,
        actorId: userId,
        client,
        data: { resetId, by: 'link' },
      });
    });
  }
}
