import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Links, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';
import { NewPasswordFields } from './new-password-fields.js';

export const registerTitle = 'Create an account';

/** Fields: email, newPassword, repeatPassword. */
export function RegisterPage(
  props: FormPage & { readonly minimumLength: number; readonly email?: string | undefined },
): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="shield" tone="accent" />
        <Heading>{registerTitle}</Heading>
        <Lead>We send a link to your address. The account opens once you follow it.</Lead>
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
        <NewPasswordFields minimumLength={props.minimumLength} errors={errors} />
        <Button label="Create account" />
      </Form>
      <Links links={[{ before: 'You have an account?', label: 'Sign in', href: '/flow/sign-in' }]} />
    </Card>
  );
}
