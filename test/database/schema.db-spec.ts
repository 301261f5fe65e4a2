import { existsSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { entities } from '../../apps/entities.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { schemaExceptions } from './schema-exceptions.js';

describe('the schema', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let differences: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ type: 'postgres', url: database.ownerUrl, entities, installExtensions: false });
    await dataSource.initialize();
    const changes = await dataSource.driver.createSchemaBuilder().log();
    differences = changes.upQueries.map((change) => change.query);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('that entities express is the migrated one', () => {
    const unexplained = differences.filter(
      (query) => !schemaExceptions.some((exception) => exception.query.test(query)),
    );
    expect(unexplained).toEqual([]);
  });

  it.each(schemaExceptions)('needs the exception $why, tested in $testedIn', ({ query, testedIn }) => {
    expect(differences.some((difference) => query.test(difference))).toBe(true);
    expect(existsSync(testedIn)).toBe(true);
  });
});
