import { eventFacts, type EventOrigin } from './event-facts.js';
import { mailMessage, type MailMessage } from './mail-message.js';
import { type SecurityAlertCause, type SecurityAlertFacts, wordingOf } from './security-alert-wordings.js';

export { isSecurityAlertCause, type SecurityAlertCause } from './security-alert-wordings.js';

export interface SecurityAlert extends EventOrigin {
  readonly productName: string;
  readonly what: SecurityAlertCause;
  readonly facts?: SecurityAlertFacts;
}

/** To the owner of an account, when something happened that an attack would look like. */
export function securityAlert(alert: SecurityAlert): MailMessage {
  const { subject, paragraphs, ...words } = wordingOf(alert.what);
  return mailMessage(subject(alert.productName), {
    productName: alert.productName,
    ...words,
    paragraphs: paragraphs(alert.facts ?? {}),
    facts: eventFacts(alert),
  });
}
