import { types } from 'node:util';
import { AppError } from '@app/errors';

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  // PostgreSQL: class 08 connection exceptions, shutdown, crash, starting up, too many connections
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25P03',
  '53300',
]);

const connectionMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not queryable|Query read timeout|Cannot use a pool after calling end/i;

/** Statement timeout, lock timeout, deadlock, serialisation failure, out of memory or disk: all pass with time. */
const overloadCodes = new Set(['57014', '55P03', '40P01', '40001', '53000', '53100', '53200']);

/** True where the error says that PostgreSQL could not be reached or went away, and not that a statement is wrong. */
export function isConnectionError(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  // Node tries every address of a host and reports them together.
  const { errors } = error as Partial<AggregateError>;
  if (errors !== undefined && errors.length > 0) return errors.every(isConnectionError);
  const code = codeOf(error);
  if (code !== undefined && connectionCodes.has(code)) return true;
  return connectionMessages.test(error.message);
}

/**
 * The error to throw instead of a driver's: `database.unavailable` for a lost connection, `database.overloaded`
 * for a statement that had to give way, itself for any other.
 */
export function unavailable(error: unknown): unknown {
  if (isConnectionError(error)) {
    return new AppError('unavailable', 'database.unavailable', 'The database cannot be reached.', {
      retryAfter: 2,
      cause: error,
    });
  }
  if (types.isNativeError(error) && overloadCodes.has(codeOf(error) ?? '')) {
    return new AppError('unavailable', 'database.overloaded', 'The database is too busy.', {
      retryAfter: 2,
      cause: error,
    });
  }
  return error;
}

const codeOf = (error: Error): string | undefined => (error as NodeJS.ErrnoException).code;

/** True where only the statement failed: PostgreSQL says ERROR then, and FATAL or nothing where the session ends. */
export function sessionSurvives(error: unknown): boolean {
  return (error as { severity?: string }).severity === 'ERROR';
}

/** The name of the violated unique constraint, if that is what the error says (SQLSTATE 23505). */
export function violatedUnique(error: unknown): string | undefined {
  const fault = error as { code?: string; constraint?: string; driverError?: { code?: string; constraint?: string } };
  const driver = fault.driverError ?? fault;
  return driver.code === '23505' ? driver.constraint : undefined;
}
