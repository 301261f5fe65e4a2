import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** To the owner of an account, when somebody signed in from a device and place that were never seen with it. */
export function newDevice(
  data: { readonly productName: string; readonly url: string; readonly expiresInDays: number } & EventOrigin,
): MailMessage {
  const { productName, url } = data;
  return mailMessage(`New sign-in to your ${productName} account`, {
    productName,
    preheader: 'From a device we do not know. If it was you, there is nothing to do.',
    paragraphs: [
      `Someone signed in to your ${productName} account from a device we do not know. If it was you, there is nothing to do.`,
      'Was it not you? Press the button. It signs everybody out and locks your password until you choose a new one.',
    ],
    facts: eventFacts(data),
    action: { label: 'This was not me', url },
    closing: [`The link works once, within ${data.expiresInDays} days. It asks again before anything happens.`],
  });
}
