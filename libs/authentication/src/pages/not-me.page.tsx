import type { VNode } from 'preact';
import { Aside, Button, Card, Emblem, Form, Heading, Lead, Opening, Steps } from '@app/pages';
import type { FormPage } from './form-page.js';

export const notMeTitle = 'Was this not you?';

/** Where the link of a new-device mail leads. Mail scanners open links too, so only the button acts. */
export function NotMePage(props: FormPage & { readonly email: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="warning" />
        <Heading>{notMeTitle}</Heading>
        <Lead>
          If somebody else signed in to your {props.productName} account <strong>{props.email}</strong>, take it back
          now. This is what happens:
        </Lead>
      </Opening>
      <Steps
        steps={[
          'Everybody is signed out, on every device. So are you.',
          'Your password stops working, and we mail you a link to choose a new one.',
          'Passkeys that were added since that sign-in stop working, too.',
        ]}
      />
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Button label="It was not me" />
      </Form>
      <Aside>Was it you after all? Close this page, and nothing happens.</Aside>
    </Card>
  );
}
