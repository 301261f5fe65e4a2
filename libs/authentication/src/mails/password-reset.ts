import { eventFacts, type EventOrigin } from './event-facts.js';
import { amount, mailMessage, type MailMessage } from './mail-message.js';

interface PasswordResetFacts extends EventOrigin {
  readonly productName: string;
  readonly url: string;
  readonly expiresInMinutes: number;
  readonly byAdministrator?: boolean;
}

/** To the owner of an account, when somebody asked for a new password, or an administrator did. */
export function passwordReset(data: PasswordResetFacts): MailMessage {
  const { productName, url, byAdministrator = false } = data;
  return mailMessage(`Reset your ${productName} password`, {
    productName,
    preheader: 'Choose a new password with the link in this mail.',
    paragraphs: [
      byAdministrator
        ? `An administrator asks you to choose a new password for your ${productName} account. Nobody but you gets to know it.`
        : `Someone asked for a new password for your ${productName} account. If it was you, choose it now.`,
    ],
    ...(byAdministrator ? {} : { facts: eventFacts(data) }),
    action: { label: 'Choose a new password', url },
    closing: [
      `The link works once, within ${amount(data.expiresInMinutes, 'minute')}.`,
      byAdministrator
        ? 'Until then your password stays as it is. If this mail surprises you, ask the people who run this service.'
        : 'Was it not you? Then ignore this mail, and your password stays as it is.',
    ],
  });
}
