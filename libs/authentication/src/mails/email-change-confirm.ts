import { amount, mailMessage, type MailMessage } from './mail-message.js';

/** To the new address of an account: the link that makes it the account's. */
export function emailChangeConfirm(data: {
  readonly productName: string;
  readonly url: string;
  readonly expiresInHours: number;
}): MailMessage {
  const { productName, url } = data;
  return mailMessage(`Confirm your new e-mail address for ${productName}`, {
    productName,
    preheader: 'Your account moves to this address when you confirm it.',
    title: 'Confirm your new address',
    paragraphs: [
      `Someone asked to use this address for their ${productName} account. If it was you, confirm it: from then on you sign in with it.`,
    ],
    action: { label: 'Use this address', url },
    closing: [
      `The link works once, within ${amount(data.expiresInHours, 'hour')}.`,
      'Was it not you? Then ignore this mail, and nothing changes.',
    ],
  });
}
