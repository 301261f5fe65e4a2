import { DataSource } from 'typeorm';
import { type EntityClass, dataSourceOptions } from '../src/data-source.js';
import { Database } from '../src/database.js';
import { Transactions } from '../src/transactions.js';

/** What DatabaseModule would inject, for tests that need no module. */
export interface TestPool {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly transactions: Transactions;
  close(): Promise<void>;
}

/** Opens a pool on a test database, with the settings of the product. */
export async function openPool(url: string, entities: EntityClass[] = [], poolSize = 10): Promise<TestPool> {
  const dataSource = new DataSource(
    dataSourceOptions({ url, poolSize, entities, applicationName: 'test', onIdleError: () => undefined }),
  );
  await dataSource.initialize();
  return {
    dataSource,
    database: new Database(dataSource),
    transactions: new Transactions(dataSource),
    close: () => dataSource.destroy(),
  };
}
