export { Database } from './database.js';
export { isConnectionError, unavailable, violatedUnique } from './database.errors.js';
export type { Sql, Statement, Tx } from './sql.js';
export { Transactions } from './transactions.js';
