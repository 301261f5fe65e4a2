import { AppError } from '@app/errors';

export const totpNotEnrolled = (): AppError =>
  new AppError('not_found', 'mfa.totp_not_enrolled', 'This account uses no authenticator app.');

export const enrolmentMissing = (): AppError =>
  new AppError('conflict', 'mfa.enrolment_missing', 'No enrolment is waiting for its code, or it waited too long.');

export const enrolmentCodeWrong = (): AppError =>
  new AppError('invalid', 'mfa.enrolment_code_wrong', 'This is not the code that the app shows for the new secret.', {
    faults: [{ field: 'code', code: 'mfa.enrolment_code_wrong', detail: 'is not the code of the new secret' }],
  });

export const noSecondFactor = (): AppError =>
  new AppError(
    'conflict',
    'mfa.no_second_factor',
    'Backup codes stand in for an authenticator app or a passkey. Add one first.',
  );

export const factorLocked = (): AppError =>
  new AppError(
    'forbidden',
    'mfa.factor_locked',
    'This factor was answered wrong too often. Use another one, then set this one up again.',
  );
