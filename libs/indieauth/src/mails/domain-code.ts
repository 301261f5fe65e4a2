import { type RenderedMail, renderMail, singleLine } from '@app/pages';

/** To the address that a page publishes: the code that proves it to be read by whoever wants to sign in with it. */
export function domainCode(data: {
  readonly productName: string;
  readonly domain: string;
  /** As it is shown. */
  readonly code: string;
  readonly minutes: number;
}): RenderedMail & { readonly subject: string } {
  const { productName, domain, code } = data;
  const subject = `Prove that ${domain} is yours`;
  return {
    subject: singleLine(subject),
    ...renderMail({
      title: subject,
      productName,
      preheader: 'The code to type in your account.',
      paragraphs: [
        `Someone who holds the name ${domain} wants to sign in with it through their ${productName} account. Its page gives this address as its owner's. If it was you, type the code where you asked for it.`,
      ],
      code,
      closing: [
        `The code works once, within ${data.minutes} minutes.`,
        'Was it not you? Then give the code to nobody, and see who can change the DNS records of your domain.',
      ],
    }),
  };
}
