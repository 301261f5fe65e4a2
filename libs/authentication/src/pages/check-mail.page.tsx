import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, Links, Opening, Steps } from '@app/pages';

export const checkMailTitle = 'Check your mail';

/** What a mail was asked for. The page says the same whether an account is behind the address or not. */
export type MailAskedFor = 'register' | 'reset';

const words: Readonly<Record<MailAskedFor, { readonly lead: string; readonly again: string; readonly path: string }>> =
  {
    register: {
      lead: 'Follow the link in it to open your account. If the address has one already, the mail says so.',
      again: 'Try another address',
      path: '/flow/register',
    },
    reset: {
      lead: 'If an account has this address, the mail holds a link to choose a new password.',
      again: 'Try another address',
      path: '/flow/forgot-password',
    },
  };

/** After a form that a mail answers. */
export function CheckMailPage(props: { readonly email: string; readonly askedFor: MailAskedFor }): VNode {
  const { lead, again, path } = words[props.askedFor];
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{checkMailTitle}</Heading>
        <Lead>
          We sent a mail to <strong>{props.email}</strong>. {lead}
        </Lead>
      </Opening>
      <Steps steps={['It can take a minute or two.', 'Nothing there? Look into the spam folder, too.']} />
      <Links
        links={[
          { label: again, href: path },
          { label: 'Sign in', href: '/flow/sign-in' },
        ]}
      />
    </Card>
  );
}
