import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Pool } from 'pg';
import { unavailable } from './database.errors.js';
import type { Sql, Statement } from './sql.js';

/** The pool of the app's role. Statements run here commit by themselves. */
@Injectable()
export class Database implements Sql {
  constructor(private readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** The driver's own pool, for what TypeORM has no words for: named statements, LISTEN, health pings. */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  async run<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const result = await this.pool.query<Row>({ ...statement, values: [...values] });
      return result.rows;
    } catch (error) {
      throw unavailable(error);
    }
  }
}
