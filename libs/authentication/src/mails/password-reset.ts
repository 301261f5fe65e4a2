import { eventFacts, type EventOrigin } from './event-facts.js';
import { amount, mailMessage, type MailMessage } from './mail-message.js';

/** To the owner of an account, when somebody asked for a new password. */
export function passwordReset(
  data: { readonly productName: string; readonly url: string; readonly expiresInMinutes: number } & EventOrigin,
): MailMessage {
  const { productName, url } = data;
  return mailMessage(`Reset your ${productName} password`, {
    productName,
    preheader: 'Choose a new password with the link in this mail.',
    paragraphs: [`Someone asked for a new password for your ${productName} account. If it was you, choose it now.`],
    facts: eventFacts(data),
    action: { label: 'Choose a new password', url },
    closing: [
      `The link works once, within ${amount(data.expiresInMinutes, 'minute')}.`,
      'Was it not you? Then ignore this mail, and your password stays as it is.',
    ],
  });
}
