import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening, Steps } from '@app/pages';

export const recoverDoneTitle = 'Set up a new second step now';

/** After the button of RecoverPage. */
export function RecoverDonePage(props: {
  readonly productName: string;
  /** Whether this browser got a session; without one a new password is due first. */
  readonly signedIn: boolean;
  readonly signInUrl?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{recoverDoneTitle}</Heading>
        <Lead>
          Your old second steps are removed, and every device is signed out of {props.productName}. Until there is a new
          one, your password alone protects your account.
        </Lead>
      </Opening>
      <Steps
        steps={
          props.signedIn
            ? [
                'For 15 minutes this browser is signed in for one thing: to set up a new second step.',
                'Add a passkey here, or go back to your app or account page and add an authenticator app there. Keep the backup codes in a safe place.',
                'Then sign in again as usual.',
              ]
            : [
                'Sign in with your password. You are asked to choose a new one.',
                'Then add an authenticator app or a passkey in your account. Keep the backup codes in a safe place.',
              ]
        }
      />
      {props.signedIn ? <LinkButton label="Add a passkey" href="/add-passkey" /> : null}
      {props.signedIn || props.signInUrl === undefined ? null : <LinkButton label="Sign in" href={props.signInUrl} />}
    </Card>
  );
}
