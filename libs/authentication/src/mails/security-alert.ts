import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** What raised the alarm. */
export type SecurityAlertCause = 'refresh_token_reuse';

interface Wording {
  readonly subject: (productName: string) => string;
  readonly preheader: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly closing: readonly string[];
}

const wordings: Readonly<Record<SecurityAlertCause, Wording>> = {
  refresh_token_reuse: {
    subject: (productName) => `Security alert: we ended a session of your ${productName} account`,
    preheader: 'A sign-in key was used twice. We stopped it.',
    title: 'We ended one of your sessions',
    paragraphs: [
      'Each time an app keeps you signed in, it swaps its key for a new one. Just now an old key was used again. It may have been copied by someone else, so we ended that session: neither of the two keys works any more.',
      'This is where the old key was used:',
    ],
    closing: [
      'What to do: sign in again. If you do not know this device, change your password too, which ends all other sessions.',
    ],
  },
};

/** To the owner of an account, when something happened that an attack would look like. */
export function securityAlert(
  data: { readonly productName: string; readonly what: SecurityAlertCause } & EventOrigin,
): MailMessage {
  const { subject, ...words } = wordings[data.what];
  return mailMessage(subject(data.productName), { productName: data.productName, ...words, facts: eventFacts(data) });
}
