import { AppError } from '@app/errors';

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
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
  '53300',
]);

const connectionMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not queryable|Query read timeout/i;

/** True where the error says that PostgreSQL could not be reached or went away, and not that a statement is wrong. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && connectionCodes.has(code)) return true;
  return connectionMessages.test(error.message);
}

/** The error to throw instead of a driver's: `database.unavailable` for a lost connection, itself for any other. */
export function unavailable(error: unknown): unknown {
  if (!isConnectionError(error)) return error;
  return new AppError('unavailable', 'database.unavailable', 'The database cannot be reached.', {
    retryAfter: 2,
    cause: error,
  });
}

/** The name of the violated unique constraint, if that is what the error says (SQLSTATE 23505). */
export function violatedUnique(error: unknown): string | undefined {
  const fault = error as { code?: string; constraint?: string; driverError?: { code?: string; constraint?: string } };
  const driver = fault.driverError ?? fault;
  return driver.code === '23505' ? driver.constraint : undefined;
}
