import { type DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { unavailable } from './database.errors.js';

/**
 * TypeORM's manager for reads and writes outside a transaction. Where the connection is lost under one of them it says
 * what `Database.run` says, instead of the driver's words.
 */
export function poolManager(dataSource: DataSource): EntityManager {
  // The same DataSource but for the one method that all its parts take connections by.
  const honest = Object.create(dataSource) as DataSource;
  honest.createQueryRunner = (mode) => honestRunner(dataSource.createQueryRunner(mode));
  return new EntityManager(honest);
}

function honestRunner(runner: QueryRunner): QueryRunner {
  const query = runner.query.bind(runner) as (...values: unknown[]) => Promise<unknown>;
  const honest = (...values: unknown[]): Promise<unknown> =>
    query(...values).catch((error: unknown) => {
      throw unavailable(error);
    });
  return Object.assign(runner, { query: honest });
}
