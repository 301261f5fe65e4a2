import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening } from '@app/pages';

export const verifiedTitle = 'Your e-mail is confirmed';

/** After the button of VerifyEmailPage. */
export function VerifiedPage(props: {
  readonly productName: string;
  readonly email: string;
  /** Where to sign in, if there is such a page. */
  readonly signInUrl?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{verifiedTitle}</Heading>
        <Lead>
          Welcome to {props.productName}. You can now sign in with <strong>{props.email}</strong>
          {props.signInUrl === undefined ? ', in the app where you signed up.' : '.'}
        </Lead>
      </Opening>
      {props.signInUrl === undefined ? null : <LinkButton label="Sign in" href={props.signInUrl} />}
    </Card>
  );
}
