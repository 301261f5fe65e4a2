/** What a mail knows of its event besides time and place. */
export type SecurityAlertFacts = Readonly<Record<string, unknown>>;

export interface Wording {
  readonly subject: (productName: string) => string;
  readonly preheader: string;
  readonly title: string;
  readonly paragraphs: (facts: SecurityAlertFacts) => readonly string[];
}

/** So many backup codes left are few. */
const fewCodes = 3;

/** Mails about what an attack would look like, by their cause. */
const wordings = {
  password_locked: {
    subject: (productName) => `Security alert: choose a new password for your ${productName} account`,
    preheader: 'Somebody guessed at your password a hundred times. Nobody got in.',
    title: 'Your password needs to be renewed',
    paragraphs: () => [
      'A hundred sign-ins in a row with a wrong password failed. Nobody got in, and to keep it so, your password no longer works on devices we do not know.',
      'What to do: use “Forgot password” where you sign in, and choose a new one. On devices where you signed in before, you can go on. So you can with a passkey or a sign-in link, if you use them.',
      'This is where the last of them came from:',
    ],
  },
  disowned: {
    subject: (productName) => `Security alert: everybody is signed out of your ${productName} account`,
    preheader: 'You said that a sign-in was not yours.',
    title: 'Everybody is signed out of your account',
    paragraphs: ({ resetMailed, passkeysShut }) => [
      'You told us that a sign-in was not yours. So we signed everybody out, forgot all devices, and stopped your password from working.',
      ...(Number(passkeysShut) > 0
        ? ['Passkeys that were added since that sign-in no longer work either. Remove them, and add yours again.']
        : []),
      resetMailed === true
        ? 'What to do: choose a new password with the link in the other mail, one that you use nowhere else. Then look through your account, and remove passkeys and other sign-in steps that are not yours.'
        : 'What to do: choose a new password, if you use one. Then look through your account, and remove passkeys and other sign-in steps that are not yours.',
      'This is where it was asked for:',
    ],
  },
  username_changed: {
    subject: (productName) => `Security alert: the user name of your ${productName} account was changed`,
    preheader: 'You can always sign in with your e-mail address instead.',
    title: 'Your user name was changed',
    paragraphs: () => [
      'Your account has a new user name, or none any more. The one from before no longer signs in; your e-mail address does.',
      'What to do: nothing, if this was you. If not, somebody else was signed in: reset your password now, then change the name back.',
      'This is where it was changed:',
    ],
  },
  refresh_token_reuse: {
    subject: (productName) => `Security alert: we ended a session of your ${productName} account`,
    preheader: 'A sign-in key was used twice. We stopped it.',
    title: 'We ended one of your sessions',
    paragraphs: () => [
      'To keep you signed in, an app swaps its key for a new one again and again. Just now an old key was used a second time. Somebody may have copied it, so we ended that session.',
      'What to do: sign in again. If you do not know the device below, change your password too. That ends all your other sessions.',
      'This is where the old key was used:',
    ],
  },
  factors_reset: {
    subject: (productName) => `Security alert: second sign-in steps of your ${productName} account were removed`,
    preheader: 'If this was you, set up a new one now.',
    title: 'Your second sign-in steps were removed',
    paragraphs: () => [
      'Somebody with the link of our earlier mail and your password finished the reset. Your authenticator app, passkeys and backup codes no longer work, and every device was signed out.',
      'Was it you? Then set up a new second step now: until then your password alone protects your account.',
      'Was it not you? Use “Forgot password” where you sign in, right away. Then tell the people who run this service.',
    ],
  },
  totp_added: {
    subject: (productName) => `Security alert: an authenticator app was added to your ${productName} account`,
    preheader: 'From now on, signing in also asks for a code of that app.',
    title: 'An authenticator app was added',
    paragraphs: () => [
      'From now on, signing in to your account also asks for a code of that app.',
      'What to do: nothing, if this was you. If not, somebody else was signed in: reset your password now, then remove the app and end your other sessions.',
      'This is where it was added:',
    ],
  },
  totp_replaced: {
    subject: (productName) => `Security alert: the authenticator app of your ${productName} account was replaced`,
    preheader: 'Codes of the app you used before no longer work.',
    title: 'Your authenticator app was replaced',
    paragraphs: () => [
      'A new authenticator app took the place of the one you used before. Codes of the old one no longer work.',
      'What to do: nothing, if this was you. If not, reset your password now and sign in with a backup code or a passkey.',
      'This is where it was replaced:',
    ],
  },
  totp_removed: {
    subject: (productName) => `Security alert: the authenticator app of your ${productName} account was removed`,
    preheader: 'Signing in no longer asks for a code of that app.',
    title: 'Your authenticator app was removed',
    paragraphs: () => [
      'Signing in to your account no longer asks for a code of your authenticator app.',
      'What to do: nothing, if this was you. If not, reset your password now, sign in and add an authenticator app again.',
      'This is where it was removed:',
    ],
  },
  backup_codes_renewed: {
    subject: (productName) => `Security alert: new backup codes for your ${productName} account`,
    preheader: 'The backup codes you had before no longer work.',
    title: 'You have new backup codes',
    paragraphs: () => [
      'New backup codes were made for your account. The ones from before no longer work.',
      'What to do: keep the new ones in a safe place. If you did not ask for them, reset your password now.',
      'This is where they were made:',
    ],
  },
  backup_code_used: {
    subject: (productName) => `Security alert: a backup code of your ${productName} account was used`,
    preheader: 'Somebody signed in with one of your backup codes.',
    title: 'A backup code was used',
    paragraphs: ({ remaining }) => [
      'Somebody signed in to your account with your password and one of your backup codes. That code does not work again.',
      ...codesLeft(remaining),
      'What to do: if this was not you, reset your password now and make new backup codes.',
      'This is where it was used:',
    ],
  },
  passkey_added: {
    subject: (productName) => `Security alert: a passkey was added to your ${productName} account`,
    preheader: 'From now on, this passkey signs in to your account.',
    title: 'A passkey was added',
    paragraphs: () => [
      'From now on, a new passkey signs in to your account, without your password.',
      'What to do: nothing, if this was you. If not, somebody else was signed in: reset your password now, then remove the passkey and end your other sessions.',
      'This is where it was added:',
    ],
  },
  passkey_removed: {
    subject: (productName) => `Security alert: a passkey of your ${productName} account was removed`,
    preheader: 'This passkey no longer signs in.',
    title: 'A passkey was removed',
    paragraphs: () => [
      'One of your passkeys no longer signs in to your account.',
      'What to do: nothing, if this was you. If not, reset your password now, sign in and look through your passkeys and sessions.',
      'This is where it was removed:',
    ],
  },
  passkey_cloned: {
    subject: (productName) => `Security alert: we blocked a passkey of your ${productName} account`,
    preheader: 'There may be a copy of it. Nobody was signed in.',
    title: 'We blocked one of your passkeys',
    paragraphs: ({ name }) => [
      `Somebody tried to sign in with the passkey ${quoted(name)}, but its counter had run backwards: there may be a copy of it. Nobody was signed in, and we no longer accept this passkey.`,
      'What to do: sign in another way, remove this passkey and add a new one. If you lost the device it is on, look through your sessions too.',
      'This is where it was used:',
    ],
  },
  second_factor_locked: {
    subject: (productName) => `Security alert: we stopped guessing at your ${productName} account`,
    preheader: 'Somebody who knows your password gave a hundred wrong codes.',
    title: 'We locked one of your ways to sign in',
    paragraphs: ({ method }) => [
      `Somebody who knows your password gave a hundred wrong answers in a row where ${method === 'backup_code' ? 'a backup code' : 'a code of your authenticator app'} was asked for. We no longer accept any there, right or wrong.`,
      'What to do: reset your password now. Then sign in with another second factor and set this one up again. If you have no other, ask the people who run this service.',
      'This is where the last wrong answer came from:',
    ],
  },
} satisfies Readonly<Record<string, Wording>>;

/** A name that somebody chose who was signed in: quoted where it helps to find the thing, nowhere else. */
const quoted = (name: unknown): string => (typeof name === 'string' ? `“${name}”` : 'you know');

/** How many backup codes are left, with advice when they are few. */
function codesLeft(remaining: unknown): readonly string[] {
  if (typeof remaining !== 'number') return [];
  if (remaining === 0) return ['That was your last one. Make new backup codes now.'];
  const left = `You have ${remaining} backup ${remaining === 1 ? 'code' : 'codes'} left.`;
  return [remaining <= fewCodes ? `${left} That is few: make new ones soon.` : left];
}

export type SecurityAlertCause = keyof typeof wordings;

export const wordingOf = (cause: SecurityAlertCause): Wording => wordings[cause];

export const isSecurityAlertCause = (value: unknown): value is SecurityAlertCause =>
  typeof value === 'string' && Object.hasOwn(wordings, value);
