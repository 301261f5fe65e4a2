import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** To the owner of an account, after its password was changed. */
export function passwordChanged(data: { readonly productName: string } & EventOrigin): MailMessage {
  const { productName } = data;
  return mailMessage(`Your ${productName} password was changed`, {
    productName,
    preheader: 'If this was you, there is nothing to do.',
    paragraphs: [
      `The password of your ${productName} account was changed. If this was you, there is nothing to do.`,
      'Was it not you? Use “Forgot password” where you sign in, right away: a new password ends every session, theirs too. Then tell the people who run this service.',
    ],
    facts: eventFacts(data),
  });
}
