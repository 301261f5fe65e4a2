import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** To the old address of an account, after it moved to another: the last mail its owner gets there. */
export function emailChanged(
  data: { readonly productName: string; readonly newEmailMasked: string } & EventOrigin,
): MailMessage {
  const { productName, newEmailMasked } = data;
  return mailMessage(`Your ${productName} e-mail address was changed`, {
    productName,
    preheader: 'If this was you, there is nothing to do.',
    paragraphs: [
      `Your ${productName} account now has another e-mail address, and this one no longer signs you in. If this was you, there is nothing to do.`,
      'Was it not you? Then someone else has your account. Tell the people who run this service at once.',
    ],
    facts: [['New address', newEmailMasked], ...eventFacts(data)],
  });
}
