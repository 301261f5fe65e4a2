import { amount, mailMessage, type MailMessage } from './mail-message.js';

/** To an address that somebody registered: the link that proves they read its mail. */
export function verification(data: {
  readonly productName: string;
  readonly url: string;
  readonly expiresInHours: number;
}): MailMessage {
  const { productName, url } = data;
  return mailMessage(`Confirm your e-mail address for ${productName}`, {
    productName,
    preheader: `One step is left to open your ${productName} account.`,
    title: 'Confirm your address',
    paragraphs: [`Welcome to ${productName}. One step is left: confirm that this e-mail address is yours.`],
    action: { label: 'Confirm my e-mail', url },
    closing: [
      `The link works once, within ${amount(data.expiresInHours, 'hour')}.`,
      `Did you not sign up? Then ignore this mail, and no account is opened.`,
    ],
  });
}
