import { AppError } from '@app/errors';

/** One answer for unknown, unverified, disabled and mistyped: whoever guesses learns nothing. */
export const credentialsWrong = (): AppError =>
  new AppError('unauthenticated', 'authentication.credentials_wrong', 'The identifier or the password is wrong.');

/** @param seconds until the next try is let through */
export const signInTooSoon = (seconds: number): AppError =>
  new AppError(
    'throttled',
    'authentication.too_soon',
    'Too many sign-ins failed in a row. Wait a little, then try again.',
    { retryAfter: seconds },
  );

/** @param field the member of the input that holds it */
export const currentPasswordWrong = (field = 'currentPassword'): AppError =>
  new AppError('forbidden', 'authentication.current_password_wrong', 'The current password is wrong.', {
    faults: [
      {
        field,
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

export const challengeInvalid = (): AppError =>
  new AppError('invalid', 'authentication.challenge_invalid', 'There is no such sign-in to go on with. Start again.');

export const challengeForeign = (): AppError =>
  new AppError(
    'forbidden',
    'authentication.challenge_foreign',
    'This challenge is answered from the session that began it.',
  );

export const challengeExpired = (): AppError =>
  new AppError('expired', 'authentication.challenge_expired', 'This took too long. Start the sign-in again.');

export const challengeUsed = (): AppError =>
  new AppError('expired', 'authentication.challenge_used', 'This challenge was answered already. Start again.');

export const challengeExhausted = (): AppError =>
  new AppError('expired', 'authentication.challenge_exhausted', 'Too many wrong answers. Start the sign-in again.');

export const methodNotOffered = (methods: readonly string[]): AppError =>
  new AppError('invalid', 'authentication.method_not_offered', 'This challenge is answered by another method.', {
    data: { methods },
  });

export const codeWrong = (): AppError =>
  new AppError('unauthenticated', 'authentication.code_wrong', 'The code is wrong, or was used already.');

/** @param methods what the caller can step up with; @param maxAge seconds that a sign-in counts as fresh */
export const stepUpRequired = (methods: readonly string[], maxAge: number): AppError =>
  new AppError(
    'forbidden',
    'authentication.step_up_required',
    'Prove again that it is you: POST /v1/auth/step-up, then repeat this request.',
    { data: { methods, maxAge } },
  );

export const sessionOver = (): AppError =>
  new AppError('unauthenticated', 'authentication.session_over', 'This session has ended. Sign in again.');

export const flowMissing = (): AppError =>
  new AppError(
    'expired',
    'authentication.flow_missing',
    'This browser has not begun a sign-in, or does not keep cookies. Start from the beginning.',
  );

export const flowExpired = (): AppError =>
  new AppError('expired', 'authentication.flow_expired', 'This page was open too long. Start again.');

export const flowFinished = (): AppError =>
  new AppError('expired', 'authentication.flow_finished', 'This sign-in is done already.');

/** A form that was made for another browser, or for another sign-in of this one. */
export const formForged = (): AppError =>
  new AppError('forbidden', 'http.forged_form', 'This form was not made for this browser. Open the page again.');

export const accountDisabled = (): AppError =>
  new AppError('conflict', 'authentication.account_disabled', 'This account is disabled. Enable it first.');

export const noSecondFactors = (): AppError =>
  new AppError('conflict', 'authentication.no_second_factors', 'This account has no second factor to reset.');

export const factorResetPending = (): AppError =>
  new AppError('conflict', 'authentication.factor_reset_pending', 'A reset is under way. Cancel it to begin another.');

export const factorResetNotFound = (): AppError =>
  new AppError('not_found', 'authentication.factor_reset_not_found', 'This account has no such reset.');

export const recoveryTooEarly = (takesEffectAt: Date): AppError =>
  new AppError(
    'forbidden',
    'authentication.recovery_too_early',
    'The reset has not taken effect yet. Try again when its time has come.',
    { data: { takesEffectAt: takesEffectAt.toISOString() } },
  );

export const recoveryPasswordWrong = (): AppError =>
  new AppError('unauthenticated', 'authentication.password_wrong', 'The password is wrong.');
