import { isConnectionError, unavailable, violatedUnique } from './database.errors.js';

const fault = (message: string, code?: string): Error => Object.assign(new Error(message), { code });

describe('database errors', () => {
  it.each([
    fault('connect ECONNREFUSED', 'ECONNREFUSED'),
    new AggregateError([fault('', 'ECONNREFUSED'), fault('', 'ECONNREFUSED')]),
    fault('terminating connection due to administrator command', '57P01'),
    fault('Connection terminated unexpectedly'),
    fault('timeout exceeded when trying to connect'),
  ])('tell a database that cannot be reached: %s', (error) => {
    expect(unavailable(error)).toMatchObject({ kind: 'unavailable', code: 'database.unavailable', cause: error });
  });

  it.each(['57014', '55P03', '40P01'])('tell a database that is too busy: %s', (code) => {
    expect(unavailable(fault('gave way', code))).toMatchObject({ kind: 'unavailable', code: 'database.overloaded' });
  });

  it('leave every other error as it is', () => {
    for (const error of [fault('syntax error', '42601'), fault('refused', '42501'), 'not an error', undefined]) {
      expect(unavailable(error)).toBe(error);
      expect(isConnectionError(error)).toBe(false);
    }
  });

  it('name the unique constraint that was violated, from the driver and through TypeORM', () => {
    const driver = { code: '23505', constraint: 'users_email_key' };
    expect(violatedUnique(driver)).toBe('users_email_key');
    expect(violatedUnique({ driverError: driver })).toBe('users_email_key');
    expect(violatedUnique({ code: '23503', constraint: 'x' })).toBeUndefined();
  });
});
