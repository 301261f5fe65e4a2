import { eventFacts, type EventOrigin } from './event-facts.js';
import { amount, mailMessage, type MailMessage } from './mail-message.js';

/** To the owner of an account, when somebody asked to sign in by mail. */
export function magicLink(
  data: {
    readonly productName: string;
    readonly url: string;
    /** As it is shown. */
    readonly code: string;
    readonly expiresInMinutes: number;
  } & EventOrigin,
): MailMessage {
  const { productName, url, code } = data;
  return mailMessage(`Sign in to ${productName}`, {
    productName,
    preheader: 'Your link, and a code to type instead.',
    paragraphs: [
      `Someone asked to sign in to your ${productName} account. If it was you, open the link in the browser where you asked, or type the code there.`,
    ],
    code,
    facts: eventFacts(data),
    action: { label: 'Sign in', url },
    closing: [
      `Link and code work once, within ${amount(data.expiresInMinutes, 'minute')}.`,
      'Give the code to nobody: we never ask for it by mail or telephone.',
      'Was it not you? Then ignore this mail: without it nobody gets in.',
    ],
  });
}
