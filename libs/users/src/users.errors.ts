import { AppError } from '@app/errors';

export const userNotFound = (): AppError => new AppError('not_found', 'users.not_found', 'There is no such user.');

/** User names are public: whoever asks may know that one is taken. */
export const usernameTaken = (): AppError =>
  new AppError('conflict', 'users.username_taken', 'This user name is taken.', {
    faults: [{ field: 'username', code: 'users.username_taken', detail: 'is taken' }],
  });

export const emailTaken = (): AppError =>
  new AppError('conflict', 'users.email_taken', 'This e-mail address belongs to another account.', {
    faults: [{ field: 'email', code: 'users.email_taken', detail: 'belongs to another account' }],
  });

export const lastAdmin = (): AppError =>
  new AppError('conflict', 'users.last_admin', 'The last administrator cannot be removed or disabled.');
