import { AppError } from '@app/errors';

const refusal = (code: string, detail: string): AppError => new AppError('invalid', `import.${code}`, detail);

/** Why a line is refused. Nothing of the line is in them: it may hold a hash, wherever it stands. */
export const lineTooLong = (limit: number): AppError =>
  refusal('line_too_long', `The line is longer than ${limit} bytes.`);
export const notUtf8 = (): AppError => refusal('not_utf8', 'The line is not UTF-8.');
export const notJson = (): AppError => refusal('not_json', 'The line is not one JSON object.');
export const unstorable = (): AppError =>
  refusal('unstorable_text', 'A text holds a NUL or half of a surrogate pair, which PostgreSQL does not store.');
export const faulty = (detail: string): AppError => refusal('invalid_user', detail);
export const passwordUnclear = (): AppError =>
  refusal('password_invalid', 'password must have hash ("…") or keycloak ({"credentialData", "secretData"}).');
export const factorsMissing = (): AppError =>
  refusal(
    'factors_missing',
    'The account has second factors that the line does not carry: export --with-secrets does. Without secondFactors in the line it comes without them.',
  );
export const passkeyForeign = (here: string): AppError =>
  refusal('passkey_foreign', `A passkey was made for another host name; here they work for ${here}.`);
export const passkeyTaken = (): AppError => refusal('passkey_taken', 'Another account has one of the passkeys.');
export const idTaken = (): AppError => refusal('id_taken', 'Another account has this id, or had it once.');

/** Why a run cannot go on. What it has imported stays. */
export const fileChanged = (): AppError =>
  new AppError(
    'conflict',
    'import.file_changed',
    'The file changed while it was being read; nothing more was imported.',
  );
export const runningElsewhere = (): AppError =>
  new AppError('conflict', 'import.running_elsewhere', 'Another process is importing the same file.');
export const nothingToResume = (): AppError =>
  new AppError('not_found', 'import.nothing_to_resume', 'There is no unfinished import of this file.');
export const interrupted = (): AppError =>
  new AppError('unavailable', 'import.interrupted', 'Interrupted; the same command goes on from here.');
