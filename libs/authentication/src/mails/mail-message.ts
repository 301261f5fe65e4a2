import { renderMail, singleLine, type MailContent, type RenderedMail } from '@app/pages';

/** A mail but for its addresses and its Message-ID. */
export interface MailMessage extends RenderedMail {
  readonly subject: string;
}

/** Renders a mail whose title says the same as its subject, unless the title is given. */
export function mailMessage(subject: string, content: Omit<MailContent, 'title'> & { title?: string }): MailMessage {
  return { subject: singleLine(subject), ...renderMail({ title: subject, ...content }) };
}

/** `1 hour`, `24 hours`. */
export const amount = (count: number, unit: 'day' | 'hour' | 'minute'): string =>
  `${count} ${unit}${count === 1 ? '' : 's'}`;
