import type { VNode } from 'preact';
import { Aside, Button, Card, Heading, Lead, LinkButton, Opening } from '@app/pages';
import { ProviderForm, type ProviderFormProps } from './provider-form.js';

export const signOutTitle = 'Sign out?';
export const signedOutTitle = 'You are signed out';

/** Asks before a client's wish signs a browser out (OpenID Connect RP-Initiated Logout 1.0, section 2). */
export function SignOutPage(props: ProviderFormProps & { readonly clientName: string | undefined }): VNode {
  return (
    <Card>
      <Opening>
        <Heading>{signOutTitle}</Heading>
        <Lead>
          {props.clientName === undefined
            ? `You are about to sign out of ${props.productName} in this browser.`
            : `${props.clientName} asks to sign you out of ${props.productName} in this browser.`}
        </Lead>
      </Opening>
      <ProviderForm action={props.action} xsrf={props.xsrf} fields={{ logout: 'yes' }}>
        <Button label="Sign out" />
      </ProviderForm>
      <ProviderForm action={props.action} xsrf={props.xsrf}>
        <Button label="Stay signed in" quiet />
      </ProviderForm>
      <Aside>Applications that asked to keep their access keep it. You can take it back in your account.</Aside>
    </Card>
  );
}

/** Where a sign-out ends that no client takes back. */
export function SignedOutOfProviderPage(): VNode {
  return (
    <Card>
      <Opening>
        <Heading>{signedOutTitle}</Heading>
        <Lead>Nobody is signed in to this browser now. You can close this page.</Lead>
      </Opening>
      <LinkButton label="Sign in" href="/sign-in" quiet />
    </Card>
  );
}
