import type { EntityManager } from 'typeorm';

/**
 * One SQL statement with a name: the driver prepares it once a connection, which halves the cost of a short one.
 * `name` is unique over the project, reads `<lib>.<verb>`, and is what metrics and tests call the statement.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs named statements: on the pool (each its own transaction), or on a transaction's connection. */
export interface Sql {
  /** @throws AppError unavailable `database.unavailable` when PostgreSQL cannot be reached. */
  run<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** TypeORM's manager on the same connection, for plain reads and writes of entities. */
  readonly manager: EntityManager;
}

declare const inTransaction: unique symbol;

/** An open transaction. What must not be lost takes a Tx, so that it cannot be written beside the change. */
export interface Tx extends Sql {
  readonly [inTransaction]: true;
}
