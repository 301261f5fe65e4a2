import { mailMessage, type MailMessage } from './mail-message.js';

/** To an address with an account, when somebody tried to register it again. The one who tried is told nothing. */
export function accountExists(data: { readonly productName: string; readonly resetUrl: string }): MailMessage {
  const { productName } = data;
  return mailMessage(`You already have a ${productName} account`, {
    productName,
    preheader: 'Someone tried to sign up with your address. Nothing has changed.',
    paragraphs: [
      `Someone tried to sign up for ${productName} with this e-mail address. It already has an account, so nothing has changed.`,
      'If it was you, just sign in. If you no longer know your password, choose a new one.',
    ],
    action: { label: 'Choose a new password', url: data.resetUrl },
    closing: ['If it was not you, there is nothing to do: they were not told that you have an account.'],
  });
}
