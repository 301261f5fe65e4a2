import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import { sessionSurvives, unavailable } from './database.errors.js';
import { poolManager } from './pool-manager.js';
import type { Sql, Statement } from './sql.js';

/** The pool of the app's role. Statements run here commit by themselves. */
@Injectable()
export class Database implements Sql {
  readonly manager: EntityManager;

  constructor(private readonly dataSource: DataSource) {
    this.manager = poolManager(dataSource);
  }

  /** The driver's own pool, for what TypeORM has no words for: named statements, LISTEN, health pings. */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  async run<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    // Not pool.query(): that one ends the connection whenever a statement fails, a mere conflict included.
    const client = await this.connect();
    try {
      const result = await client.query<Row>({ ...statement, values: [...values] });
      client.off('error', ignore).release();
      return result.rows;
    } catch (error) {
      client.off('error', ignore).release(!sessionSurvives(error));
      throw unavailable(error);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      const client = await this.pool.connect();
      // The loss of a connection is told to its statement; as an event without a listener it would end the process.
      return client.on('error', ignore);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

const ignore = (): void => undefined;
