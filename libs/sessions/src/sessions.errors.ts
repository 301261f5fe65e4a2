import { AppError } from '@app/errors';

export const refreshTokenInvalid = (): AppError =>
  new AppError('unauthenticated', 'sessions.refresh_token_invalid', 'This refresh token is not valid. Sign in again.');

/** Said only to who holds a token of the family, so it gives nothing away. */
export const refreshTokenReused = (): AppError =>
  new AppError(
    'unauthenticated',
    'sessions.refresh_token_reused',
    'This refresh token was used before. The session was ended to protect the account; sign in again.',
  );

const accessEndedCode = 'sessions.access_ended';

/** What was proved is worth nothing any more. Each way to sign in gives its own answer instead. */
export const accessEnded = (): AppError =>
  new AppError('unauthenticated', accessEndedCode, 'The account was secured while this was under way. Sign in again.');

export const isAccessEnded = (error: unknown): boolean => error instanceof AppError && error.code === accessEndedCode;

export const sessionNotFound = (): AppError =>
  new AppError('not_found', 'sessions.not_found', 'There is no such active session.');
