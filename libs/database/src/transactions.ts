import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { unavailable } from './database.errors.js';
import type { Statement, Tx } from './sql.js';

class OpenTransaction {
  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async run<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.client.query<Row>({ ...statement, values: [...values] });
    return result.rows;
  }
}

/** Opens transactions. A call inside another's work joins it, so that use cases compose. */
@Injectable()
export class Transactions {
  private readonly open = new AsyncLocalStorage<Tx>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it throws.
   * No hashing, fetching or mailing inside.
   * @throws AppError unavailable `database.unavailable` when PostgreSQL cannot be reached; what `work` throws.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const outer = this.open.getStore();
    if (outer) return work(outer);
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const tx = new OpenTransaction(runner, client) as unknown as Tx;
      const result = await this.open.run(tx, () => work(tx));
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw unavailable(error);
    } finally {
      await runner.release().catch(() => undefined);
    }
  }
}
