import { AppError } from '@app/errors';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { isConnectionError, unavailable } from './database.errors.js';
import type { Statement } from './sql.js';

/** One transaction on one connection of the pool, from START to COMMIT or ROLLBACK. */
export class OpenTransaction {
  private ended = false;
  private lost: Error | undefined;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {
    client.once('error', this.onLost);
  }

  /** @throws the driver's error when no connection is to be had. */
  static async begin(dataSource: DataSource): Promise<OpenTransaction> {
    const runner = dataSource.createQueryRunner();
    const transaction = new OpenTransaction(runner, (await runner.connect()) as PoolClient);
    try {
      // By the runner, so that TypeORM's save() sees an open transaction and starts none of its own.
      await runner.startTransaction();
      return transaction;
    } catch (error) {
      await transaction.close(error as Error);
      throw error;
    }
  }

  /** False once committed or rolled back: then nothing may run on its connection, which others use by now. */
  get active(): boolean {
    return !this.ended;
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async run<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.ended) throw new Error(`${statement.name} was run after the end of its transaction`);
    const result = await this.client.query<Row>({ ...statement, values: [...values] });
    return result.rows;
  }

  async commit(): Promise<void> {
    this.ended = true;
    const { command } = await this.client.query('COMMIT');
    // PostgreSQL answers ROLLBACK, and no error, where a statement had failed and its error was swallowed.
    if (command !== 'COMMIT')
      throw new Error('The transaction was rolled back: the error of a statement in it was swallowed.');
    await this.close();
  }

  /** Undoes everything and returns the error to throw. A connection that may be broken is not used again. */
  async rollback(cause: unknown): Promise<unknown> {
    this.ended = true;
    let broken = this.lost ?? (isConnectionError(cause) ? (cause as Error) : undefined);
    if (broken === undefined) {
      await this.client.query('ROLLBACK').catch((error: Error) => (broken = error));
    }
    await this.close(broken);
    // What follows a lost connection ("runner already released") only hides what happened.
    return this.lost !== undefined && !(cause instanceof AppError) ? unavailable(this.lost) : unavailable(cause);
  }

  /** Gives the connection back to the pool; with an error, the pool ends it. */
  private async close(error?: Error): Promise<void> {
    this.ended = true;
    this.client.off('error', this.onLost);
    // TypeORM offers no public way to release a connection as broken.
    const runner = this.runner as unknown as { releasePostgresConnection(error?: Error): Promise<void> };
    await runner.releasePostgresConnection(error);
  }

  private readonly onLost = (error: Error): void => {
    this.lost = error;
  };
}
