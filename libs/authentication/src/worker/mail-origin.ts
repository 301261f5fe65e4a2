import type { MailToCompose } from '@app/email/worker';
import type { EventOrigin } from '../mails/event-facts.js';

/** When, and from where, what a mail tells of was asked for. */
export function originOf({ data, firstAttemptAt }: MailToCompose): EventOrigin {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { at: firstAttemptAt, client: { address: text(data['address']), userAgent: text(data['userAgent']) } };
}
