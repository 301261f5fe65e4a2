import { amount, mailMessage, type MailMessage } from './mail-message.js';

/** To somebody whom an administrator asks to open an account. */
export function invite(data: {
  readonly productName: string;
  readonly url: string;
  /** The administrator's name; without one the product invites. */
  readonly inviter: string | null;
  readonly expiresInDays: number;
}): MailMessage {
  const { productName, url, inviter } = data;
  const invites = inviter === null ? 'You are invited' : `${inviter} invites you`;
  return mailMessage(`You are invited to ${productName}`, {
    productName,
    preheader: 'Choose a password, and your account is open.',
    paragraphs: [`${invites} to open an account at ${productName}. All that is left is to choose a password.`],
    action: { label: 'Open my account', url },
    closing: [
      `The link works once, within ${amount(data.expiresInDays, 'day')}.`,
      'Do you not know what this is about? Then ignore this mail, and no account is opened.',
    ],
  });
}
