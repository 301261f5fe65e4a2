import { AppError } from '@app/errors';

/** One answer for unknown, unverified, disabled and mistyped: whoever guesses learns nothing. */
export const credentialsWrong = (): AppError =>
  new AppError('unauthenticated', 'authentication.credentials_wrong', 'The identifier or the password is wrong.');

export const currentPasswordWrong = (): AppError =>
  new AppError('forbidden', 'authentication.current_password_wrong', 'The current password is wrong.', {
    faults: [
      {
        field: 'currentPassword',
        code: 'authentication.current_password_wrong',
        detail: 'is not the current password',
      },
    ],
  });

export const passwordUnchanged = (): AppError =>
  new AppError('invalid', 'authentication.password_unchanged', 'The new password must differ from the current one.', {
    faults: [{ field: 'newPassword', code: 'authentication.password_unchanged', detail: 'must differ' }],
  });

export const adminExists = (): AppError =>
  new AppError('conflict', 'authentication.admin_exists', 'There is an administrator already.');
