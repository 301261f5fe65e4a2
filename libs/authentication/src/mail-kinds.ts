/** The mails that these flows send. Each has a composer in `worker/`. */
export const mailKinds = {
  registration: 'registration',
  passwordReset: 'password_reset',
  passwordChanged: 'password_changed',
  emailChange: 'email_change',
  emailChanged: 'email_changed',
  securityAlert: 'security_alert',
  /** Asked for by the statement that opens a session. */
  newDevice: 'new_device',
  factorReset: 'factor_reset',
  magicLink: 'magic_link',
  invite: 'invite',
} as const;

/** Seconds from the first attempt to deliver a link until it stops working. */
export const linkLifetime = {
  verification: 24 * 3600,
  passwordReset: 3600,
  emailChange: 24 * 3600,
  /** From when the reset takes effect, not from the delivery. */
  factorResetWindow: 7 * 24 * 3600,
  magicLink: 600,
  notMe: 7 * 24 * 3600,
  invite: 7 * 24 * 3600,
} as const;
