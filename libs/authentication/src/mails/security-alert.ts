import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';

/** What raised the alarm. */
export type SecurityAlertCause = 'refresh_token_reuse';

interface Wording {
  readonly subject: (productName: string) => string;
  readonly preheader: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const wordings: Readonly<Record<SecurityAlertCause, Wording>> = {
  refresh_token_reuse: {
    subject: (productName) => `Security alert: we ended a session of your ${productName} account`,
    preheader: 'A sign-in key was used twice. We stopped it.',
    title: 'We ended one of your sessions',
    paragraphs: [
      'To keep you signed in, an app swaps its key for a new one again and again. Just now an old key was used a second time. Somebody may have copied it, so we ended that session.',
      'What to do: sign in again. If you do not know the device below, change your password too. That ends all your other sessions.',
      'This is where the old key was used:',
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
