import { AppError } from '@app/errors';

/** A link that was opened where nobody asked for it. It stays good. */
export const magicLinkElsewhere = (): AppError =>
  new AppError(
    'forbidden',
    'authentication.magic_link_elsewhere',
    'This link signs in only where it was asked for. Open it in that browser, or type the code of the mail there.',
  );

export const magicCodeExhausted = (): AppError =>
  new AppError(
    'expired',
    'authentication.magic_code_exhausted',
    'Too many wrong codes. Use the link of the mail where you asked for it, or ask for a new mail.',
  );

export const magicLinkIncomplete = (): AppError =>
  new AppError(
    'invalid',
    'authentication.magic_link_incomplete',
    'Send either token and binding (from the link), or requestId and code (typed).',
  );
