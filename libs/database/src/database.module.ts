import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseConfig } from '@app/config';
import { connect } from './connect.js';
import { dataSourceOptions, type EntityClass } from './data-source.js';
import { Database } from './database.js';
import type { MigrationClass } from './migrations/known-migrations.js';
import { KnownMigrations } from './migrations/known-migrations.js';
import { SchemaState } from './migrations/schema-state.js';
import { Sweeps } from './sweeps/sweeps.js';
import { TimePartitions } from './sweeps/time-partitions.js';
import { Transactions } from './transactions.js';

export interface DatabaseModuleOptions {
  readonly entities: EntityClass[];
  /** What this code needs to find applied; applying them is the Migrator's, in a step of its own. */
  readonly migrations: MigrationClass[];
  /** Shown in pg_stat_activity; 'gatehouse' by default. */
  readonly applicationName?: string;
}

/** The one connection pool of a process, as the app's role. In embedded mode the url is that of EmbeddedPostgres. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const logger = new Logger('Database');
    const dataSource = TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig],
      useFactory: (config: DatabaseConfig) => {
        if (config.url === undefined) throw new Error('DatabaseConfig.url is not set: start EmbeddedPostgres first');
        return {
          ...dataSourceOptions({
            url: config.url,
            poolSize: config.poolSize,
            entities: options.entities,
            applicationName: options.applicationName ?? 'gatehouse',
            onIdleError: (error) => logger.warn(`An idle connection was lost: ${error.message}`),
          }),
          // connect() has done all the waiting that makes sense.
          toRetry: () => false,
        };
      },
      dataSourceFactory: async (settings) => connect(settings, logger),
    });
    const providers = [Database, Transactions, Sweeps, TimePartitions, SchemaState];
    return {
      module: DatabaseModule,
      global: true,
      imports: [dataSource],
      providers: [...providers, { provide: KnownMigrations, useValue: new KnownMigrations(options.migrations) }],
      exports: [dataSource, Database, Transactions, Sweeps, SchemaState],
    };
  }
}
