import { type AppError } from '@app/errors';
import type { FormErrors } from '@app/pages';

/** A form that comes again, with what is wrong. */
export interface FormAgain {
  readonly status: 422 | 429 | 503;
  readonly errors: FormErrors;
}

/** The field that an error belongs to, by its code's first part or its whole. */
const fields: Readonly<Record<string, string>> = {
  'authentication.code_wrong': 'code',
  'authentication.password_unchanged': 'newPassword',
  'mfa.factor_locked': 'code',
  credentials: 'newPassword',
  users: 'email',
};

export const passkeyNotAccepted =
  'This passkey was not accepted. Perhaps it was removed from the account. Go on in another way.';
const passkeyTooLate = 'This took too long, or was sent twice. Try again.';

/** The sentences of a page where those of the API speak to programs. */
const sentences: Readonly<Record<string, string>> = {
  'authentication.credentials_wrong': 'The e-mail address, user name or password is wrong.',
  'authentication.passkey_refused': passkeyNotAccepted,
  'authentication.passkey_challenge_invalid': passkeyTooLate,
  'authentication.passkey_challenge_expired': passkeyTooLate,
  'authentication.passkey_challenge_used': passkeyTooLate,
  'authentication.passkey_not_registered': 'No passkey was made that works here. Try again, or use another device.',
  'authentication.passkey_taken': 'This passkey belongs to an account already.',
  'authentication.user_verification_needed':
    'This passkey did not ask for its PIN, your finger or your face. Use your password; the passkey is the second step then.',
  'authentication.code_wrong': 'This code is wrong, or was used already.',
};

/** Errors of no field that a person mends in the same form. */
const mendable =
  /^authentication\.(credentials_wrong|method_not_offered|magic_code_exhausted|passkey_\w+|too_many_passkeys|user_verification_needed)$/;

/** Codes that say: nothing can go on from here. */
export const isDead = ({ code }: AppError): boolean =>
  /^(authentication\.(challenge_|flow_|session_over$)|sessions\.access_ended$|tokens\.)/.test(code);

/** How a form says an error; undefined for errors that are not about what was typed or when. */
export function formAgain(error: AppError): FormAgain | undefined {
  const { kind, code, detail, retryAfter } = error;
  if (kind === 'throttled') return { status: 429, errors: { form: `Too many tries. ${waitFor(retryAfter)}` } };
  if (kind === 'unavailable') return { status: 503, errors: { form: `Too much is going on. ${waitFor(retryAfter)}` } };
  const sentence = sentences[code] ?? detail;
  const field = fields[code] ?? fields[code.slice(0, code.indexOf('.'))];
  if (field !== undefined) return { status: 422, errors: { [field]: sentence } };
  return mendable.test(code) ? { status: 422, errors: { form: sentence } } : undefined;
}

function waitFor(seconds = 0): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 1) return 'Try again in a minute.';
  return minutes < 60 ? `Try again in ${minutes} minutes.` : 'Try again in an hour.';
}
