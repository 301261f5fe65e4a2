import { AppError } from '@app/errors';

/** The browser has no such interaction, or it is over. */
export const interactionMissing = (): AppError =>
  new AppError(
    'expired',
    'oauth.interaction_missing',
    'This request of an application is over, or was begun in another browser. Go back to the application and start again.',
  );
