import { AppError } from '@app/errors';

/** The browser has no such interaction, or it is over. */
export const interactionMissing = (): AppError =>
  new AppError(
    'expired',
    'oauth.interaction_missing',
    'This request of an application is over, or was begun in another browser. Go back to the application and start again.',
  );

export const clientNotFound = (): AppError =>
  new AppError('not_found', 'oauth.client_not_found', 'There is no such client.');

export const clientIdTaken = (): AppError =>
  new AppError('conflict', 'oauth.client_id_taken', 'Another client has this client_id.');

export const noClientSecret = (): AppError =>
  new AppError('conflict', 'oauth.client_has_no_secret', 'This client does not authenticate by a secret.');

export const secretNotFound = (): AppError =>
  new AppError('not_found', 'oauth.secret_not_found', 'The client has no such secret, or it is over.');

export const soleSecret = (): AppError =>
  new AppError(
    'conflict',
    'oauth.sole_secret',
    'This is the secret in force. Make a new one first, without an overlap.',
  );

export const accessNotFound = (): AppError =>
  new AppError('not_found', 'oauth.access_not_found', 'You have given no such access.');

export const registrationOff = (): AppError =>
  new AppError(
    'conflict',
    'oauth.registration_off',
    'Programs cannot register themselves here: GATEHOUSE_DYNAMIC_REGISTRATION is off.',
  );
