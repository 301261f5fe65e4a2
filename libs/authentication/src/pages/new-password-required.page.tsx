import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, Heading, Lead, Links, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';
import { NewPasswordFields } from './new-password-fields.js';

export const newPasswordRequiredTitle = 'Time for a new password';

/** The last step of a sign-in whose password must change. Fields: newPassword, repeatPassword. */
export function NewPasswordRequiredPage(
  props: FormPage & { readonly minimumLength: number; readonly email: string },
): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="warning" />
        <Heading>{newPasswordRequiredTitle}</Heading>
        <Lead>
          Your password was right, but it may not be used any longer. Choose a new one to go on to {props.productName}.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Field name="username" type="email" label="Account" autocomplete="username" value={props.email} readonly />
        <NewPasswordFields minimumLength={props.minimumLength} errors={props.errors} autofocus />
        <Button label="Save and sign in" />
      </Form>
      <Links links={[{ label: 'Use another account', href: '/flow/sign-in' }]} />
    </Card>
  );
}
