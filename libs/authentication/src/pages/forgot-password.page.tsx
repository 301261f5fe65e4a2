import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Links, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';

export const forgotPasswordTitle = 'Forgot your password?';

/** Asks for the mail that leads to a new password. Field: email. */
export function ForgotPasswordPage(props: FormPage & { readonly email?: string | undefined }): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{forgotPasswordTitle}</Heading>
        <Lead>We send you a link to choose a new one. Your second steps, if you have any, stay as they are.</Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field
          name="email"
          type="email"
          label="E-mail address"
          autocomplete="username"
          value={props.email}
          error={errors?.['email']}
          autofocus={!hasErrors(errors)}
        />
        <Button label="Send the link" />
      </Form>
      <Links links={[{ label: 'Back to sign-in', href: '/flow/sign-in' }]} />
    </Card>
  );
}
