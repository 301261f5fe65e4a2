import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { unavailable } from './database.errors.js';
import { OpenTransaction } from './open-transaction.js';
import type { Tx } from './sql.js';

/** Opens transactions. A call inside another's work joins it, so that use cases compose. */
@Injectable()
export class Transactions {
  private readonly open = new AsyncLocalStorage<OpenTransaction>();
  /** How many have the storage in use. */
  private users = 0;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it throws.
   * Inside another's work it joins that one: what it did then stands or falls with the outermost.
   * No hashing, fetching or mailing inside.
   * @throws AppError unavailable `database.unavailable` when PostgreSQL cannot be reached; what `work` throws.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const outer = this.open.getStore();
    // Work that was started inside and not awaited still sees the outer one when that has ended.
    if (outer?.active) return work(asTx(outer));
    const transaction = await this.begin();
    try {
      const result = await this.inside(transaction, work);
      await transaction.commit();
      return result;
    } catch (error) {
      throw await transaction.rollback(error);
    }
  }

  /**
   * Before Node 24 a storage in use costs every promise of the process, whatever it is for: a tenth of a session
   * check. So it is shut while no transaction is open.
   */
  private async inside<T>(transaction: OpenTransaction, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await this.open.run(transaction, () => work(asTx(transaction)));
    } finally {
      this.users -= 1;
      if (this.users === 0) this.open.disable();
    }
  }

  private async begin(): Promise<OpenTransaction> {
    try {
      return await OpenTransaction.begin(this.dataSource);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** The one place where a Tx comes from: its mark exists for the compiler only. */
const asTx = (transaction: OpenTransaction): Tx => transaction as unknown as Tx;
