import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { PooledClient } from './pooled-client.js';

export interface PoolSettings {
  readonly url: string;
  readonly poolSize: number;
  readonly entities: EntityClass[];
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly onIdleError: (error: Error) => void;
}

export type EntityClass = abstract new (...args: never[]) => object;

/** Ms to wait for a free or new connection before a request is told that the database is unavailable. */
export const connectTimeoutMs = 2_000;

/** Ms after which the server ends a statement; the client gives up later, for a server that cannot answer. */
export const statementTimeoutMs = 10_000;

/** How the app's role connects: bounded in every wait, so that a dead database is noticed and never waited for. */
export function dataSourceOptions(settings: PoolSettings): DataSourceOptions {
  return {
    type: 'postgres',
    // The one that is imported elsewhere: left to find it, TypeORM would load a second one beside a bundle.
    driver: pg,
    url: settings.url,
    entities: settings.entities as (new () => object)[],
    applicationName: settings.applicationName,
    poolSize: settings.poolSize,
    connectTimeoutMS: connectTimeoutMs,
    // The app's role may not create extensions, and nothing here needs one.
    installExtensions: false,
    poolErrorHandler: settings.onIdleError,
    extra: {
      Client: PooledClient,
      keepAlive: true,
      // A new connection costs a password check and loses its prepared statements: keep some, renew them hourly.
      min: Math.min(2, settings.poolSize),
      idleTimeoutMillis: 300_000,
      maxLifetimeSeconds: 3_600,
      keepAliveInitialDelayMillis: 10_000,
      statement_timeout: statementTimeoutMs,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 15_000,
      query_timeout: statementTimeoutMs + 2_000,
    },
  };
}
