import { AppError } from '@app/errors';

/** One answer for unknown, revoked and copied passkeys, wrong signatures, and accounts that may not sign in. */
export const passkeyRefused = (): AppError =>
  new AppError('unauthenticated', 'authentication.passkey_refused', 'This passkey does not sign in here.');

export const passkeyChallengeInvalid = (): AppError =>
  new AppError(
    'invalid',
    'authentication.passkey_challenge_invalid',
    'The passkey answered another challenge than one that was given for this. Ask for new options.',
  );

export const passkeyChallengeExpired = (): AppError =>
  new AppError('expired', 'authentication.passkey_challenge_expired', 'This took too long. Ask for new options.');

export const passkeyChallengeUsed = (): AppError =>
  new AppError(
    'expired',
    'authentication.passkey_challenge_used',
    'This challenge was answered already. Ask for new options.',
  );

export const passkeyNotRegistered = (): AppError =>
  new AppError(
    'invalid',
    'authentication.passkey_not_registered',
    'This is no registration of a passkey for this installation.',
    { faults: [{ field: 'response', code: 'authentication.passkey_not_registered', detail: 'proves no new passkey' }] },
  );

export const passkeyTaken = (): AppError =>
  new AppError('conflict', 'authentication.passkey_taken', 'This passkey is registered already.');

export const tooManyPasskeys = (most: number): AppError =>
  new AppError('conflict', 'authentication.too_many_passkeys', `An account holds at most ${most} passkeys.`);

export const passkeyNotFound = (): AppError =>
  new AppError('not_found', 'authentication.passkey_not_found', 'You have no such passkey.');

export const userVerificationNeeded = (): AppError =>
  new AppError(
    'forbidden',
    'authentication.user_verification_needed',
    'Here the passkey has to ask for its PIN, finger or face.',
  );

export const stepUpProofMissing = (): AppError =>
  new AppError(
    'invalid',
    'authentication.step_up_proof_missing',
    'Send either a password or the response of a passkey.',
  );

export const sessionNeeded = (): AppError =>
  new AppError('unauthenticated', 'authentication.session_needed', 'Only somebody signed in can step up.');
