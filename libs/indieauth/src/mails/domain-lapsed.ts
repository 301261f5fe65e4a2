import { type RenderedMail, renderMail, singleLine } from '@app/pages';
import type { LapseReason } from '../persistence/indieauth-domain.entity.js';

const reasons: Readonly<Record<LapseReason, string>> = {
  txt_record_gone: 'The TXT record that proved the domain to be yours is gone.',
  email_changed: 'The page no longer publishes the address that the proof was mailed to.',
  metadata_gone: 'The page no longer says that you sign in here.',
  unreachable: 'Neither its name servers nor its page could be read for two weeks.',
};

/** To the owner of an account, when a page of theirs is no longer proved to be theirs. */
export function domainLapsed(data: {
  readonly productName: string;
  readonly me: string;
  readonly reason: LapseReason;
}): RenderedMail & { readonly subject: string } {
  const { productName, me, reason } = data;
  const subject = `You can no longer sign in as ${new URL(me).hostname}`;
  return {
    subject: singleLine(subject),
    ...renderMail({
      title: subject,
      productName,
      preheader: reasons[reason],
      paragraphs: [
        `${productName} looks every day whether ${me} is still yours. ${reasons[reason]}`,
        'So nobody signs in anywhere with this page now. What applications were allowed before they keep, until you take it back in your account.',
      ],
      closing: ['Is the page still yours? Then prove it again in your account.'],
    }),
  };
}
