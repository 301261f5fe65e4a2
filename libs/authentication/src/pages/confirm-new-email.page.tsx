import type { VNode } from 'preact';
import { Aside, Button, Card, Emblem, Form, Heading, Lead, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';

export const confirmNewEmailTitle = 'Use this address?';

/** Where the link to an account's new address leads. */
export function ConfirmNewEmailPage(props: FormPage & { readonly newEmail: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{confirmNewEmailTitle}</Heading>
        <Lead>
          From now on you sign in to {props.productName} with <strong>{props.newEmail}</strong>. We tell your old
          address about it.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Button label="Use this address" />
      </Form>
      <Aside>Did you not ask for this? Close this page, and nothing changes.</Aside>
    </Card>
  );
}
