import type { VNode } from 'preact';
import { Aside, Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';
import { StopForm } from './recover-stop-form.js';

export { stopIntent } from './recover-stop-form.js';

export const recoverTitle = 'Get back into your account';

/** Where the link of a reset leads once it has taken effect. Field: password; or the form that stops it. */
export function RecoverPage(props: FormPage & { readonly email: string }): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{recoverTitle}</Heading>
        <Lead>
          Type your {props.productName} password. Then your authenticator app, passkeys and backup codes are removed,
          every device is signed out, and you set up a new second step.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field name="username" type="email" label="Account" autocomplete="username" value={props.email} readonly />
        <Field
          name="password"
          type="password"
          label="Password"
          autocomplete="current-password"
          error={errors?.['password']}
          autofocus={!hasErrors(errors)}
        />
        <Button label="Remove the old steps" />
      </Form>
      <Aside>Did you not ask for this, or have you found what you lost? Then stop it: nothing changes.</Aside>
      <StopForm action={props.action} csrf={props.csrf} quiet />
    </Card>
  );
}
