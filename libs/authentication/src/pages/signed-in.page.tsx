import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Links, Notice, Opening } from '@app/pages';
import { SignOutForm } from './sign-out-form.js';

export const signedInTitle = 'You are signed in';
export const signedOutTitle = 'You are signed out';

/** Where a sign-in ends that nothing else asked for. */
export function SignedInPage(props: {
  readonly productName: string;
  readonly email: string;
  readonly csrf: string;
  /** What led here asked for a second step, which the account does not have. */
  readonly needsSecondFactor?: boolean;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{signedInTitle}</Heading>
        <Lead>
          This browser uses {props.productName} as <strong>{props.email}</strong>.
        </Lead>
      </Opening>
      {props.needsSecondFactor ? (
        <Notice tone="warning" title="Your account has no second step yet">
          <p>What you were about to do asks for one. Add an authenticator app or a passkey first, then try again.</p>
        </Notice>
      ) : null}
      {props.needsSecondFactor ? <LinkButton label="Add a passkey" href="/add-passkey" /> : null}
      <SignOutForm csrf={props.csrf} />
      {props.needsSecondFactor ? null : <Links links={[{ label: 'Add a passkey', href: '/add-passkey' }]} />}
    </Card>
  );
}

export function SignedOutPage({ productName }: { readonly productName: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{signedOutTitle}</Heading>
        <Lead>This browser no longer has access to your {productName} account.</Lead>
      </Opening>
      <LinkButton label="Sign in again" href="/sign-in" />
    </Card>
  );
}
