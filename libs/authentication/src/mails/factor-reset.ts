import { utcTime } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** To the owner of an account, at once when an administrator asked to reset its second factors. */
export function factorReset(data: {
  readonly productName: string;
  readonly url: string;
  /** The administrator. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly takesEffectAt: Date;
  readonly expiresAt: Date;
}): MailMessage {
  const { productName, url } = data;
  return mailMessage(`Your ${productName} account: reset of your second sign-in steps`, {
    productName,
    preheader: 'Did you not ask for this? Stop it now.',
    title: 'Your second sign-in steps can soon be removed',
    paragraphs: [
      `An administrator of ${productName} asked to remove the second sign-in steps of your account: authenticator app, passkeys and backup codes. This is the way back in for who has lost them.`,
      'Did you ask for it? Keep this mail. From the time below, open the link and type your password.',
      'Did you not? Open the link now and stop it. Nothing has changed yet.',
    ],
    facts: [
      ['Asked for by', data.requestedBy],
      ['When', utcTime(data.requestedAt)],
      ['Works from', utcTime(data.takesEffectAt)],
      ['Works until', utcTime(data.expiresAt)],
    ],
    action: { label: 'Use or stop this reset', url },
    closing: ['The link works once. Without it and your password, nobody can finish this reset.'],
  });
}
