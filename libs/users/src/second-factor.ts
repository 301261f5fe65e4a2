/** What an account can prove besides its first factor. A magic link is none: e-mail is no second factor (ASVS 6.3.6). */
export type SecondFactor = 'totp' | 'passkey' | 'backup_code';

/** Backup codes stand in for another factor and ask for nothing by themselves. */
export const asksForSecondFactor = (factors: readonly SecondFactor[]): boolean =>
  factors.some((factor) => factor !== 'backup_code');
