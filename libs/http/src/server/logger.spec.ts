import { createLogger, loggedError } from './logger.js';

class QueryFailedError extends Error {
  query = 'SELECT secret-query';
  parameters = ['secret-parameter'];
  code = '23505';
  constraint = 'users_email_key';
  detail = 'Key (email)=(secret-row) already exists.';
}

it('logs an error with its causes, without what a driver attached', () => {
  const cause = new QueryFailedError('duplicate key value');
  const lines: string[] = [];
  const log = createLogger('info', 'test', { write: (line) => void lines.push(line) });
  log.error({ err: new Error('could not save', { cause }) }, 'request failed');
  const logged = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> };
  expect(logged).toMatchObject({
    app: 'test',
    level: 'error',
    msg: 'request failed',
    err: { message: 'could not save', cause: { code: '23505', constraint: 'users_email_key' } },
  });
  expect(lines[0]).not.toContain('secret-');
});

it('says nothing of a thrown value that is no error', () => {
  expect(loggedError('secret-text')).toEqual({ type: 'string', message: 'thrown value is no error' });
});
