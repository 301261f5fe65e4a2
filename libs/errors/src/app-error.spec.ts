import { AppError } from './app-error.js';

describe('AppError', () => {
  it('carries its code and detail in the message, so that a log line alone explains it', () => {
    const error = new AppError('expired', 'tokens.expired', 'This link is no longer valid.');
    expect(error.message).toBe('tokens.expired: This link is no longer valid.');
    expect(error).toMatchObject({ kind: 'expired', code: 'tokens.expired', faults: [], data: {} });
  });

  it('keeps the cause for the log and out of what callers see', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new AppError('unavailable', 'database.unavailable', 'Try again.', { cause, retryAfter: 2 });
    expect(error.cause).toBe(cause);
    expect(error.retryAfter).toBe(2);
    expect(error.message).not.toContain('ECONNREFUSED');
  });
});
