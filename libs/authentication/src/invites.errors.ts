import { AppError } from '@app/errors';

export const inviteNotFound = (): AppError =>
  new AppError('not_found', 'authentication.invite_not_found', 'There is no such invite.');

export const inviteOpen = (): AppError =>
  new AppError(
    'conflict',
    'authentication.invite_open',
    'This address has an open invite already. Send that one again, or revoke it first.',
    { faults: [{ field: 'email', code: 'authentication.invite_open', detail: 'has an open invite' }] },
  );

export const inviteClosed = (): AppError =>
  new AppError('conflict', 'authentication.invite_closed', 'This invite was accepted or revoked already.');
