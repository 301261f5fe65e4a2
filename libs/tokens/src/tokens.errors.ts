import { AppError } from '@app/errors';

export const tokenInvalid = (): AppError =>
  new AppError('invalid', 'tokens.invalid', 'This link or code is not valid. Ask for a new one.');

export const tokenExpired = (): AppError =>
  new AppError('expired', 'tokens.expired', 'This link or code has expired. Ask for a new one.');

export const tokenRevoked = (): AppError =>
  new AppError('expired', 'tokens.revoked', 'This link was withdrawn. Ask whoever sent it for a new one.');

export const tokenUsed = (): AppError =>
  new AppError('expired', 'tokens.used', 'This link or code was used already. Ask for a new one if you need it.');
