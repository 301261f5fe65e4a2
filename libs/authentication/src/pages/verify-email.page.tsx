import type { VNode } from 'preact';
import { Aside, Button, Card, Emblem, Form, Heading, Lead, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';

export const verifyEmailTitle = 'Confirm your address';

/** Where a verification link leads. Mail scanners open links too, so only the button confirms. */
export function VerifyEmailPage(props: FormPage & { readonly email: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{verifyEmailTitle}</Heading>
        <Lead>
          Press the button to open your {props.productName} account for <strong>{props.email}</strong>.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Button label="Confirm my e-mail" />
      </Form>
      <Aside>Did you not sign up? Close this page, and no account is opened.</Aside>
    </Card>
  );
}
