import type { VNode } from 'preact';
import { Button, Card, Emblem, FactList, Field, Form, Heading, Lead, Opening, type Facts } from '@app/pages';
import type { FormPage } from './form-page.js';
import { NewPasswordFields } from './new-password-fields.js';

export const resetPasswordTitle = 'Choose a new password';

/** Where a reset link leads. Fields: newPassword, repeatPassword. */
export function ResetPasswordPage(
  props: FormPage & {
    readonly email: string;
    readonly minimumLength: number;
    /** Where the reset was asked for. */
    readonly asked?: Facts | undefined;
  },
): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{resetPasswordTitle}</Heading>
        <Lead>For your {props.productName} account. Every device will be signed out.</Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Field name="username" type="email" label="Account" autocomplete="username" value={props.email} readonly />
        <NewPasswordFields minimumLength={props.minimumLength} errors={props.errors} autofocus />
        <Button label="Save new password" />
      </Form>
      {props.asked === undefined ? null : <FactList caption="This reset was asked for" facts={props.asked} />}
    </Card>
  );
}
